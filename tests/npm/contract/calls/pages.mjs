// The pages that links in mails lead to, and their forms.
import { tokenFor } from '../mail.mjs';
import { login, password } from './people.mjs';

export default async function pages(caller, { origin, home, owner }) {
    const look = (page) => caller.call('GET', page, undefined);
    const send = async (page, fields, words) => {
        const answer = await caller.call('POST', page, new URLSearchParams(fields), 200, { Origin: origin });
        caller.check(answer.text.includes(words), `${page} does not say ${words}: ${answer.text}`);
    };
    await look('/app/join');
    await look('/app/reset-password');
    await look('/app/verify-email');
    await look('/device');

    await send('/app/verify-email', { token: 'caas1_nothing' }, 'role="alert"');
    await caller.as().post('/auth/register', { email: 'fay@example.org', password }, 201);
    await send('/app/verify-email', { token: await tokenFor(home, 'fay@example.org', 'verify-email') }, 'Thank you');
    await caller.as().post('/auth/reset-password', { email: 'fay@example.org' }, 204);
    const reset = await tokenFor(home, 'fay@example.org', 'reset-password');
    await send('/app/reset-password', { token: reset, password: 'short' }, 'role="alert"');
    await send('/app/reset-password', { token: reset, password }, 'is set');

    const me = (await owner.get('/auth/me')).json;
    const invite = async (email) => (await owner.post(`/organizations/${me.organization_id}/invitations`,
        { email, role: 'viewer', mail: false }, 201)).json.token;
    const token = await invite('fay@example.org');
    await send('/app/join', { token: 'caasi_nothing' }, 'not good');
    await send('/app/join', { token }, 'You are invited');
    await send('/app/join', { token, decision: 'join', password: 'not this one' }, 'role="alert"');
    await send('/app/join', { token, decision: 'join', password }, 'Welcome');
    await send('/app/join', { token: await invite('gus@example.org'), decision: 'register', password, name: 'Gus' }, 'Welcome');
    await login(caller, 'gus@example.org');
}
