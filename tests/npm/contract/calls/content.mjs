// The main job: writing, scheduling and publishing, with the local owner's token.
export default async function content(caller, { owner }) {
    const { get, post, patch, put, remove } = owner;
    const me = (await get('/auth/me')).json;
    for (const path of ['/platforms', '/providers', '/status', '/accounts?limit=2', '/workspaces', '/series'])
        await get(path);

    const generated = (await post('/content/generate', {
        platform: 'twitter',
        tone: 'professional',
        prompt: 'Announce our new platform',
        organization_id: me.organization_id,
        ai_provider: 'offline',
    }, 201)).json;
    await post('/content/generate', { prompt: 'Nothing kept.', provider: 'offline', store: false, variants: 2 });
    await post('/content/generate', { prompt: 'x', voice: 'nobody' }, 404);
    const streamed = await post('/content/generate?stream=1', { prompt: 'Word by word.', provider: 'offline' }, 200);
    caller.check(streamed.text.includes('event: '), 'no events are streamed: ' + streamed.text);
    await post('/content/lint', { text: 'We are live.', platforms: ['x', 'bluesky'] });

    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const thread = { parts: ['First.', { text: 'Second.' }], overrides: { x: { text: 'Both.' } }, title: 'Thread' };
    const made = await post('/content', thread, 201, key);
    const again = await post('/content', thread, 201, key);
    caller.check(again.headers.get('idempotent-replayed') === 'true' && again.text === made.text,
        'a repeat with the same key got another answer');
    await post('/content', { text: 'Another body.' }, 409, key);
    const content = `/content/${made.json.id}`;
    const shown = await get(content);
    const tag = shown.headers.get('etag');
    await get(content, 304, { 'If-None-Match': tag });
    await patch(content, { text: 'Changed.' }, 200, { 'If-Match': tag });
    await patch(content, { text: 'Again.' }, 412, { 'If-Match': tag });
    await get('/content?limit=1&q=changed');
    await get(content + '/versions?limit=1');
    await get(content + '/versions/1');
    await get(content + '/diff?from=1&to=2');
    await post(content + '/restore', { number: 1 });
    await get('/content/00000000-0000-0000-0000-000000000000', 404);

    const posts = (await post('/posts', {
        content_id: made.json.id,
        accounts: ['outbox'],
        at: '2027-12-01 09:00',
        zone: 'Europe/Berlin',
    }, 201)).json;
    const one = `/posts/${posts.items[0].id}`;
    await get(one + '?wait=0');
    await get('/posts?state=scheduled&order=due');
    await get('/calendar?from=2027-11-01T00:00:00Z&to=2028-01-01T00:00:00Z&tz=Europe/Berlin');
    await patch(one, { in_seconds: 86400 });
    await get(one + '/attempts');
    await post(one + '/retry', {}, 409);
    await post(one + '/reconcile', { sent: true }, 409);
    await post(one + '/cancel', {});
    await remove(one, 409);
    const bulk = (await post('/posts/bulk', {
        items: [{ content_id: made.json.id, accounts: ['outbox'], in_seconds: 3600 }],
    }, 201)).json;
    await remove(`/posts/${bulk.items[0].id}`);
    const now = (await post('/posts', { content_id: made.json.id, accounts: ['outbox'] }, 201)).json;
    const sent = (await get(`/posts/${now.items[0].id}?wait=20`)).json;
    caller.check(sent.state === 'published', 'a post to the outbox is ' + sent.state);
    await get(`/posts/${now.items[0].id}/metrics`);
    await post(`/posts/${now.items[0].id}/take-back`, {}, 409);
    await get(`/posts/${now.items[0].id}/attempts`);

    const series = (await post('/series', {
        content_id: generated.id,
        accounts: ['outbox'],
        every: 'weekdays 09:00',
    }, 201)).json;
    await get(`/series/${series.items[0].id}`);
    await remove(`/series/${series.items[0].id}`);

    await get('/accounts/outbox');
    await put('/accounts/outbox/slots', { items: [{ day: 'mon', time: '09:00' }] });
    await get('/accounts/outbox/slots');
    await post('/accounts/outbox/check', {});
    await post('/accounts/outbox/pause', {});
    await post('/accounts/outbox/resume', {});
    await post('/accounts/webhook/connect', { name: 'site' }, 422);

    const voices = `/workspaces/${me.workspace_id}/voices`;
    await post(voices, { name: 'house', text: 'Short sentences.' }, 201);
    await get(voices);
    await get(voices + '/house');
    await remove(voices + '/house');
    const space = `/workspaces/${me.workspace_id}`;
    await get(space);
    await patch(space, { zone: 'Europe/Berlin' });

    const organization = `/organizations/${me.organization_id}`;
    const minted = (await post(organization + '/tokens', { name: 'ci', scope: 'read', expires_in_days: 1 }, 201)).json;
    await get(organization + '/tokens');
    await remove(`${organization}/tokens/${minted.id}`);
    await remove(content);
    await caller.as('caas_wrong').get('/content', 401);

    const start = (await get('/events')).json;
    await post('/content', { text: 'News.' }, 201);
    const news = (await get(`/events?after=${start.cursor}&wait=5`)).json;
    caller.check(news.items.some((item) => item.kind === 'content'), 'nothing was told of a new content');
}
