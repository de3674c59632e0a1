// People: the owner's first password, registering, signing in and out, sessions, passwords, addresses.
import { tokenFor } from '../mail.mjs';

export const password = 'correct horse battery';

export async function login(caller, email, more = {}) {
    const answer = await caller.as().post('/auth/login', { email, password, with_refresh_token: true, ...more });
    return { ...answer.json, ...caller.as(answer.json.access_token) };
}

export default async function people(caller, world) {
    const open = caller.as();
    await open.post('/auth/reset-password', { token: world.link, password }, 204);
    await open.post('/auth/reset-password', { token: world.link, password }, 403);
    world.boss = await login(caller, 'owner@example.org');

    const ana = (await open.post('/auth/register', {
        email: 'ana@example.org', password, name: 'Ana', organization: 'Ana & Co', zone: 'Europe/Berlin',
        with_refresh_token: true,
    }, 201)).json;
    await open.post('/auth/register', { email: 'ana@example.org', password }, 409);
    await open.post('/auth/register', { email: 'eve@example.org', password: 'short' }, 422);
    const first = caller.as(ana.access_token);
    await first.get('/auth/me');
    await open.post('/auth/verify-email', { token: await tokenFor(world.home, 'ana@example.org', 'verify-email') }, 204);
    await first.post('/auth/verify-email', {}, 204);

    await open.post('/auth/login', { email: 'ana@example.org', password: 'not this one' }, 401);
    const second = await login(caller, 'ana@example.org');
    const sessions = (await second.get('/auth/sessions?limit=1')).json;
    caller.check(sessions.items.length === 1 && sessions.next_cursor, 'no page of one session');
    await second.get('/auth/sessions');
    const next = (await open.post('/auth/refresh', { refresh_token: second.refresh_token })).json;
    await open.post('/auth/refresh', { refresh_token: second.refresh_token }, 401);
    await caller.as(next.access_token).get('/auth/me', 401);

    const third = await login(caller, 'ana@example.org');
    await first.remove(`/auth/sessions/${third.session_id}`, 204);
    await first.remove(`/auth/sessions/${third.session_id}`, 404);
    await third.get('/auth/me', 401);
    const fourth = await login(caller, 'ana@example.org');
    await open.post('/auth/logout', { refresh_token: fourth.refresh_token }, 204);
    await open.post('/auth/logout', {}, 204);

    // A browser, which keeps the refresh token in a cookie.
    const page = { 'X-Caas-Request': '1', Origin: world.origin };
    const entered = await open.post('/auth/login', { email: 'ana@example.org', password }, 200, page);
    const cookie = entered.headers.get('set-cookie').split(';')[0];
    await open.post('/auth/refresh', {}, 403, { Cookie: cookie });
    await open.post('/auth/refresh', {}, 200, { ...page, Cookie: cookie });

    await first.post('/auth/password', { current_password: 'not this one', password: 'another good one' }, 403);
    await first.post('/auth/password', { current_password: password, password: 'another good one' }, 204);
    await open.post('/auth/reset-password', { email: 'ana@example.org' }, 204);
    await open.post('/auth/reset-password', { email: 'nobody@example.org' }, 204);
    const token = await tokenFor(world.home, 'ana@example.org', 'reset-password');
    await open.post('/auth/reset-password', { token, password }, 204);

    const fifth = await login(caller, 'ana@example.org');
    await fifth.post('/auth/email', { email: 'anna@example.org', password: 'not this one' }, 403);
    await fifth.post('/auth/email', { email: 'anna@example.org', password }, 204);
    await open.post('/auth/verify-email', { token: await tokenFor(world.home, 'anna@example.org', 'verify-email') }, 204);
    const sixth = await login(caller, 'anna@example.org');
    await sixth.post('/auth/logout-all', {});
    world.ana = await login(caller, 'anna@example.org');
}
