// What needs no token: health, the document, Swagger UI, numbers for monitoring.
export default async function meta(caller, { owner }) {
    const open = (path, status = 200, headers = {}) => caller.call('GET', path, undefined, status, headers);
    for (const path of ['/healthz', '/readyz', '/api/schema', '/metrics', '/api/schema/swagger-ui'])
        await open(path);
    for (const [file, type] of [['index.html', 'text/html'], ['start.js', 'text/javascript'], ['page.css', 'text/css']]) {
        const answer = await open('/api/schema/swagger-ui/' + file);
        caller.check(answer.headers.get('content-type').startsWith(type), file + ' is no ' + type);
    }
    await open('/api/schema/swagger-ui/nothing.js', 404);
    const roles = await owner.get('/roles');
    await owner.get('/roles', 304, { 'If-None-Match': roles.headers.get('etag') });
}
