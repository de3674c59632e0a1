// A machine that is signed in by a person in a browser (RFC 8628).
import { password } from './people.mjs';

export default async function device(caller, { origin }) {
    const open = caller.as();
    const begin = async () => (await open.post('/auth/device', { name: 'a machine', scope: 'draft' })).json;
    const decide = (codes, decision, more = {}) => caller.call('POST', '/device', new URLSearchParams({
        code: codes.user_code, decision, email: 'owner@example.org', password, ...more,
    }), 200, { Origin: origin });

    const codes = await begin();
    const waits = await open.post('/auth/device/token', { device_code: codes.device_code }, 400);
    caller.check(waits.json.error === 'authorization_pending', 'a device need not wait');
    const soon = await open.post('/auth/device/token', { device_code: codes.device_code }, 429);
    caller.check(soon.headers.get('retry-after'), 'a device is not told how long to wait');
    const page = await caller.call('GET', `/device?code=${codes.user_code}`, undefined);
    caller.check(page.text.includes('a machine'), 'the page does not say what asks');
    await decide(codes, 'approve', { password: 'not this one' });
    const approved = await decide(codes, 'approve');
    caller.check(approved.text.includes('Approved'), approved.text);
    const foreign = await caller.call('POST', '/device', new URLSearchParams({ code: codes.user_code, decision: 'approve' }),
        403, { Origin: 'https://evil.example' });
    caller.check(foreign.json.code === 'forbidden', foreign.text);

    const refused = await begin();
    await decide(refused, 'refuse');
    const denied = await open.post('/auth/device/token', { device_code: refused.device_code }, 403);
    caller.check(denied.json.error === 'access_denied', denied.text);
    await open.post('/auth/device/token', { device_code: 'nothing' }, 404);

    const quick = await begin();
    await decide(quick, 'approve');
    const given = (await open.post('/auth/device/token', {
        device_code: quick.device_code, grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'caas',
    })).json;
    await caller.as(given.access_token).get('/content');
    await open.post('/auth/device/token', { device_code: quick.device_code }, 404);
}
