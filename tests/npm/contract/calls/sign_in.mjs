// Accounts that are connected with a browser, at pretend platforms: confirmed on the daemon's page,
// and by a pasted address with a choice. Then a post there, its numbers, and its taking back.
async function sent_to(link) {
    const answer = await fetch(link, { redirect: 'manual' });
    return answer.headers.get('location');
}

export default async function sign_in(caller, { owner, origin }) {
    const { get, post, remove } = owner;
    const begun = (await post('/accounts/x/connect', {}, 202)).json;
    await get(`/sign-ins/${begun.id}`);
    await post(`/sign-ins/${begun.id}/choose`, { identity: '77' }, 409);
    const landing = new URL(await sent_to(begun.authorize_url));
    caller.check(landing.origin === origin, `the browser comes back to ${landing.origin}`);
    const wrong = `${landing.pathname}?code=x&state=y`;
    const refused = await caller.call('GET', wrong, undefined, 409);
    caller.check(refused.text.includes('Nothing was connected'), 'any state will do');
    const page = await caller.call('GET', landing.pathname + landing.search);
    const confirmation = page.text.match(/name="confirmation" value="([^"]+)"/)[1];
    const cookie = page.headers.get('set-cookie');
    const confirm = (fields) => caller.call('POST', landing.pathname, new URLSearchParams(fields), 200,
        { Origin: origin, ...(cookie ? { Cookie: cookie.split(';')[0] } : {}) });
    const done = await confirm({ confirmation, identity: '77' });
    caller.check(done.text.includes('is connected'), done.text);
    const shown = (await get(`/sign-ins/${begun.id}`)).json;
    caller.check(shown.state === 'done' && shown.account.handle === 'ana', JSON.stringify(shown));

    const account = `/accounts/${shown.account.id}`;
    await post(account + '/check', {});
    const content = (await post('/content', { text: 'Hello' }, 201)).json;
    const ordered = (await post('/posts', { content_id: content.id, accounts: [shown.account.id] }, 201)).json.items[0];
    const sent = (await get(`/posts/${ordered.id}?wait=20`)).json;
    caller.check(sent.state === 'published', JSON.stringify(sent));
    await get(`/posts/${ordered.id}/attempts`);
    await get(`/posts/${ordered.id}/metrics`);
    const taken = (await post(`/posts/${ordered.id}/take-back`, {})).json;
    caller.check(taken.removed_at, JSON.stringify(taken));
    const before = (await get(account)).headers.get('etag');
    await post(account + '/pause', {}, 200, { 'If-Match': before });
    await remove(account, 412, { 'If-Match': before });
    await remove(account);
    caller.check((await get(account)).json.state === 'disconnected', 'a disconnected account says nothing of it');

    const other = (await post('/accounts/facebook/connect', {}, 202)).json;
    const answer = await sent_to(other.authorize_url);
    const choosing = (await post(`/sign-ins/${other.id}/finish`, { answer })).json;
    caller.check(choosing.choices.length === 2, JSON.stringify(choosing));
    await post(`/sign-ins/${other.id}/choose`, { identity: '999' }, 422);
    const chosen = (await post(`/sign-ins/${other.id}/choose`, { identity: '502' })).json;
    caller.check(chosen.account?.handle === 'Garden', JSON.stringify(chosen));
    await post(`/sign-ins/${other.id}/finish`, { answer }, 409);
}
