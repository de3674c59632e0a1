// Organizations, workspaces, members and invitations, with a second and a third person.
import { tokenFor } from '../mail.mjs';
import { login, password } from './people.mjs';

export default async function teams(caller, world) {
    const { ana, boss, owner } = world;
    const open = caller.as();
    const me = (await owner.get('/auth/me')).json;
    const organization = `/organizations/${me.organization_id}`;
    await owner.get('/organizations?limit=1');
    const shown = await owner.get(organization);
    await owner.patch(organization, { name: 'Home' }, 200, { 'If-Match': shown.headers.get('etag') });
    await owner.patch(organization, { name: 'House' }, 412, { 'If-Match': shown.headers.get('etag') });
    await ana.get(organization, 404);
    await ana.patch(organization, { name: 'Mine' }, 404);

    // Ana is invited, sees by whom, and accepts.
    await owner.post(organization + '/invitations', { email: 'anna@example.org', role: 'member' }, 201);
    const token = await tokenFor(world.home, 'anna@example.org', 'join');
    await open.post('/invitations/show', { token });
    await open.post('/invitations/show', { token: 'caasi_nothing' }, 404);
    await boss.post('/invitations/accept', { token }, 403);
    await ana.post('/invitations/accept', { token });
    await ana.post('/invitations/accept', { token }, 404);
    await ana.get('/organizations');
    // Ben registers by an invitation, which is handed over.
    const made = (await owner.post(organization + '/invitations', { email: 'ben@example.org', role: 'viewer', mail: false }, 201)).json;
    await owner.post(organization + '/invitations', { email: 'anna@example.org', role: 'viewer' }, 409);
    await open.post('/auth/register', { email: 'ben@example.org', password, invitation: made.token }, 201);
    const ben = await login(caller, 'ben@example.org');
    world.ben = ben;
    await ben.post('/content', { text: 'A viewer writes nothing.' }, 403);
    await ben.get('/content');
    const late = (await owner.post(organization + '/invitations', { email: 'cleo@example.org', role: 'admin', mail: false }, 201)).json;
    await owner.get(organization + '/invitations');
    await owner.remove(`${organization}/invitations/${late.id}`);
    await open.post('/invitations/show', { token: late.token }, 404);

    const members = (await owner.get(organization + '/members')).json.items;
    const found = (email) => members.find((member) => member.email === email);
    const bens = `${organization}/members/${found('ben@example.org').id}`;
    await owner.patch(bens, { role: 'admin' });
    await ben.patch(bens, { role: 'owner' }, 403);
    await ben.patch(`${organization}/members/${found('owner@example.org').id}`, { role: 'viewer' }, 403);
    await owner.patch(bens, { role: 'member' });
    await boss.post(organization + '/leave', {}, 409);
    await ben.post(organization + '/leave', {});
    await owner.remove(bens, 404);
    await owner.remove(`${organization}/members/${found('anna@example.org').id}`);

    await owner.get(organization + '/audit?limit=2');
    await owner.get(organization + '/audit/verification');

    const space = (await owner.post(organization + '/workspaces', { name: 'second', zone: 'Europe/Berlin' }, 201)).json;
    await owner.post(organization + '/workspaces', { name: 'third', zone: 'Mars/Crater' }, 422);
    await owner.get(organization + '/workspaces');
    await owner.get('/content', 200, { 'Caas-Workspace': space.id });
    await owner.remove(`/workspaces/${space.id}`, 422);
    await owner.remove(`/workspaces/${space.id}?confirm=second`);
    await owner.get(`/workspaces/${space.id}`, 404);

    // An organization from its beginning to its end, handed over in between.
    const other = (await boss.post('/organizations', { name: 'Passing', zone: 'Europe/Paris' }, 201)).json;
    const there = { 'Caas-Organization': other.id };
    const offer = (await boss.post(`/organizations/${other.id}/invitations`, { email: 'anna@example.org', role: 'admin', mail: false }, 201, there)).json;
    await ana.post('/invitations/accept', { token: offer.token });
    await boss.post(`/organizations/${other.id}/transfer`, { member: 'nobody@example.org' }, 404, there);
    await boss.post(`/organizations/${other.id}/transfer`, { member: 'anna@example.org' }, 200, there);
    await boss.remove(`/organizations/${other.id}?confirm=Passing`, 403, there);
    const anas = await login(caller, 'anna@example.org');
    await anas.remove(`/organizations/${other.id}?confirm=Passing`, 200, there);
    await anas.get(`/organizations/${other.id}`, 404);
}
