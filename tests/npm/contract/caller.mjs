// Calls the API through prism, which answers with a problem of its own as soon as a request or an
// answer is not what the document says. Keeps which operations were called and what went wrong.
// Where more than one status will do.
export const any = 0;

export class Caller {
    constructor(base, document) {
        this.base = base;
        this.document = document;
        this.seen = new Set();
        this.failures = 0;
    }

    operation(method, path) {
        const parts = path.split('?')[0].split('/').filter(Boolean);
        let best;
        for (const pattern of Object.keys(this.document.paths)) {
            const wanted = pattern.split('/').filter(Boolean);
            if (wanted.length !== parts.length || !this.document.paths[pattern][method.toLowerCase()]) continue;
            if (!wanted.every((part, i) => part.startsWith('{') || part === parts[i])) continue;
            const literal = wanted.filter((part) => !part.startsWith('{')).length;
            if (!best || literal > best.literal) best = { pattern, literal };
        }
        return best && this.document.paths[best.pattern][method.toLowerCase()].operationId;
    }

    fail(text) {
        ++this.failures;
        console.log(text);
    }

    check(truth, text) {
        if (!truth) this.fail(text);
    }

    // `body`: an object is sent as JSON, URLSearchParams and FormData as forms.
    async call(method, path, body, status = 200, headers = {}, token = undefined) {
        const isForm = body instanceof URLSearchParams || body instanceof FormData;
        const answer = await fetch(this.base + path, {
            method,
            redirect: 'manual',
            headers: {
                ...(token ? { Authorization: `Bearer ${token}` } : {}),
                ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
                ...headers,
            },
            body: body === undefined || isForm ? body : JSON.stringify(body),
        });
        const text = await answer.text();
        this.seen.add(this.operation(method, path));
        const isExpected = status === any || answer.status === status;
        if (text.includes('stoplight.io/prism/errors') || !isExpected)
            this.fail(`${method} ${path}: ${answer.status} instead of ${status}: ${text.slice(0, 1200)}`);
        const type = answer.headers.get('content-type') ?? '';
        return { status: answer.status, headers: answer.headers, json: type.includes('json') ? JSON.parse(text) : undefined, text };
    }

    // As whoever holds the token; paths below /api/v1.
    as(token) {
        const send = (method) => (path, body, status, headers) =>
            this.call(method, '/api/v1' + path, body, status, headers, token);
        return {
            token,
            get: (path, status, headers) => this.call('GET', '/api/v1' + path, undefined, status, headers, token),
            post: send('POST'),
            patch: send('PATCH'),
            put: send('PUT'),
            remove: (path, status, headers) => this.call('DELETE', '/api/v1' + path, undefined, status, headers, token),
        };
    }
}
