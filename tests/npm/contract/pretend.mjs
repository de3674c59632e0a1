// X and Facebook as far as signing in, posting and taking back go. Prints its address.
import http from 'node:http';

function parameters(text) {
    return Object.fromEntries(new URLSearchParams(text));
}

const page = (id, name) => ({ id, name, access_token: `pretend-page-${id}` });
const pages = [page('501', 'Bakery'), page('502', 'Garden')];

function back(query) {
    const to = new URL(query.redirect_uri);
    to.searchParams.set('state', query.state);
    to.searchParams.set('code', 'pretend-code');
    return [302, {}, { Location: to.href }];
}

function facebook(path, query) {
    if (path === '/dialog/oauth') return back(query);
    if (path === '/oauth/access_token') return [200, { access_token: 'pretend-person', token_type: 'bearer', expires_in: 5184000 }];
    if (path === '/me/permissions') return [200, { data: [{ permission: 'pages_manage_posts', status: 'granted' }] }];
    if (path === '/me/accounts') return [200, { data: pages }];
    if (path === '/me') return [200, pages[0]];
    return [404, { error: { message: 'Unknown path', type: 'OAuthException', code: 2500 } }];
}

function x(method, path, query) {
    if (path === '/i/oauth2/authorize') return back(query);
    if (path === '/2/oauth2/token')
        return [200, {
            token_type: 'bearer', expires_in: 7200, access_token: 'pretend-access', refresh_token: 'pretend-refresh',
            scope: 'tweet.read tweet.write users.read media.write offline.access',
        }];
    if (path === '/2/oauth2/revoke') return [200, { revoked: true }];
    if (path === '/2/users/me') return [200, { data: { id: '77', name: 'Ana', username: 'ana' } }];
    if (path === '/2/tweets' && method === 'POST') return [201, { data: { id: '1700000000000000001', text: 'Hello' } }];
    if (path.startsWith('/2/tweets/') && method === 'DELETE') return [200, { data: { deleted: true } }];
    return [404, { title: 'Not Found', status: 404 }];
}

const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
        const url = new URL(request.url, 'http://pretend');
        const version = url.pathname.match(/^\/v\d+\.\d+(\/.*)/);
        const query = { ...parameters(url.search), ...parameters(body) };
        const [status, answer, headers] = version ? facebook(version[1], query) : x(request.method, url.pathname, query);
        response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
        response.end(JSON.stringify(answer));
    });
});
server.listen(0, '127.0.0.1', () => console.log(`pretend platforms at http://127.0.0.1:${server.address().port}`));
