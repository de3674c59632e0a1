// A walk through the API with prism in between, which answers with a problem of its own as soon as a
// request or an answer is not what the document says. What no call came by is told in the end.
// usage: calls.mjs <address of prism> <token> <openapi.json>
import fs from 'node:fs';

const [base, token, file] = process.argv.slice(2);
const document = JSON.parse(fs.readFileSync(file, 'utf8'));
const seen = new Set();
let failures = 0;

function operation(method, path) {
    const parts = path.split('?')[0].split('/').filter(Boolean);
    let best;
    for (const pattern of Object.keys(document.paths)) {
        const wanted = pattern.split('/').filter(Boolean);
        if (wanted.length !== parts.length || !document.paths[pattern][method.toLowerCase()]) continue;
        if (!wanted.every((part, i) => part.startsWith('{') || part === parts[i])) continue;
        const literal = wanted.filter((part) => !part.startsWith('{')).length;
        if (!best || literal > best.literal) best = { pattern, literal };
    }
    return best && document.paths[best.pattern][method.toLowerCase()].operationId;
}

async function call(method, path, body, status, headers = {}) {
    const answer = await fetch(base + path, {
        method,
        headers: {
            Authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    seen.add(operation(method, path));
    if (text.includes('stoplight.io/prism/errors') || answer.status !== status) {
        ++failures;
        console.log(`${method} ${path}: ${answer.status} instead of ${status}: ${text.slice(0, 1200)}`);
    }
    const type = answer.headers.get('content-type') ?? '';
    return { headers: answer.headers, json: type.includes('json') ? JSON.parse(text) : undefined, text };
}

const v1 = '/api/v1';
const get = (path, status = 200, headers) => call('GET', v1 + path, undefined, status, headers);
const post = (path, body, status = 200, headers) => call('POST', v1 + path, body, status, headers);

const me = (await get('/auth/me')).json;
await call('GET', '/healthz', undefined, 200);
await call('GET', '/readyz', undefined, 200);
await call('GET', '/api/schema', undefined, 200);
for (const path of ['/platforms', '/providers', '/status', '/accounts?limit=2', '/workspaces', '/series'])
    await get(path);

const generated = (await post('/content/generate', {
    platform: 'twitter',
    tone: 'professional',
    prompt: 'Announce our new platform',
    organization_id: me.organization_id,
    ai_provider: 'offline',
}, 201)).json;
await post('/content/generate', { prompt: 'Nothing kept.', provider: 'offline', store: false, variants: 2 }, 200);
await post('/content/generate', { prompt: 'x', voice: 'nobody' }, 404);
await post('/content/lint', { text: 'We are live.', platforms: ['x', 'bluesky'] });

const key = { 'Idempotency-Key': crypto.randomUUID() };
const thread = { parts: ['First.', { text: 'Second.' }], overrides: { x: { text: 'Both.' } }, title: 'Thread' };
const made = await post('/content', thread, 201, key);
const again = await post('/content', thread, 201, key);
if (again.headers.get('idempotent-replayed') !== 'true' || again.text !== made.text) {
    ++failures;
    console.log('a repeat with the same key got another answer');
}
const content = `/content/${made.json.id}`;
const shown = await get(content);
const tag = shown.headers.get('etag');
await get(content, 304, { 'If-None-Match': tag });
await call('PATCH', v1 + content, { text: 'Changed.' }, 200, { 'If-Match': tag });
await call('PATCH', v1 + content, { text: 'Again.' }, 412, { 'If-Match': tag });
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
await call('PATCH', v1 + one, { in_seconds: 86400 }, 200);
await get(one + '/attempts');
await post(one + '/retry', {}, 409);
await post(one + '/reconcile', { sent: true }, 409);
await post(one + '/cancel', {});
await call('DELETE', v1 + one, undefined, 409);
const bulk = (await post('/posts/bulk', {
    items: [{ content_id: made.json.id, accounts: ['outbox'], in_seconds: 3600 }],
}, 201)).json;
await call('DELETE', `${v1}/posts/${bulk.items[0].id}`, undefined, 200);
const now = (await post('/posts', { content_id: made.json.id, accounts: ['outbox'] }, 201)).json;
const sent = (await get(`/posts/${now.items[0].id}?wait=20`)).json;
if (sent.state !== 'published') {
    ++failures;
    console.log('a post to the outbox is ' + sent.state);
}
await get(`/posts/${now.items[0].id}/attempts`);

const series = (await post('/series', {
    content_id: generated.id,
    accounts: ['outbox'],
    every: 'weekdays 09:00',
}, 201)).json;
await get(`/series/${series.items[0].id}`);
await call('DELETE', `${v1}/series/${series.items[0].id}`, undefined, 200);

await get('/accounts/outbox');
await call('PUT', `${v1}/accounts/outbox/slots`, { items: [{ day: 'mon', time: '09:00' }] }, 200);
await get('/accounts/outbox/slots');
await post('/accounts/outbox/check', {});
await post('/accounts/outbox/pause', {});
await post('/accounts/outbox/resume', {});
await post('/accounts/webhook/connect', { name: 'site' }, 422);

const voices = `/workspaces/${me.workspace_id}/voices`;
await post(voices, { name: 'house', text: 'Short sentences.' }, 201);
await get(voices);
await get(voices + '/house');
await call('DELETE', v1 + voices + '/house', undefined, 200);
const space = `/workspaces/${me.workspace_id}`;
await get(space);
await call('PATCH', v1 + space, { zone: 'Europe/Berlin' }, 200);

const organization = `/organizations/${me.organization_id}`;
const minted = (await post(organization + '/tokens', { name: 'ci', scope: 'read', expires_in_days: 1 }, 201)).json;
await get(organization + '/tokens');
await call('DELETE', `${v1}${organization}/tokens/${minted.id}`, undefined, 200);
await call('DELETE', v1 + content, undefined, 200);
await call('GET', '/api/v1/content', undefined, 401, { Authorization: 'Bearer caas_wrong' });

for (const path of ['/organizations', organization, organization + '/members', organization + '/invitations',
    organization + '/audit', organization + '/workspaces'])
    if (operation('GET', v1 + path)) await get(path);
const start = (await get('/events')).json;
await post('/content', { text: 'News.' }, 201);
const news = (await get(`/events?after=${start.cursor}&wait=5`)).json;
if (!news.items.some((item) => item.kind === 'content')) {
    ++failures;
    console.log('nothing was told of a new content');
}

const all = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
const missed = all.filter((id) => !seen.has(id));
console.log(`${seen.size} of ${all.length} operations called; not: ${missed.join(', ')}`);
process.exit(failures === 0 ? 0 : 1);
