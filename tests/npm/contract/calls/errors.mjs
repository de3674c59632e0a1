// Refusals that belong to no other subject. The last one, since it uses up the tries of this address.
import { any } from '../caller.mjs';

export default async function errors(caller, { owner }) {
    const open = caller.as();
    const nothing = '/00000000-0000-0000-0000-000000000000';
    for (const path of ['/posts', '/accounts', '/series', '/workspaces', '/organizations', '/media', '/sign-ins'])
        await owner.get(path + nothing, 404);
    await owner.get('/content?cursor=tampered', 422);
    let answer;
    for (let tries = 0; tries < 60 && answer?.status !== 429; ++tries)
        answer = await open.post('/auth/login', { email: 'gus@example.org', password: 'not this one' }, any);
    caller.check(answer.status === 429 && Number(answer.headers.get('retry-after')) > 0, 'guessing is not throttled');
}
