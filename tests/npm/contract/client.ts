// A client as somebody would write it on the types made from the document. Only compiled: what must
// not compile is marked, and an unused mark is an error too.
import type { components, paths } from './api';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<Path extends keyof paths, Verb extends Method> = paths[Path][Verb];
type Body<Of> = Of extends { requestBody: { content: { 'application/json': infer Json } } } ? Json : never;
type Answer<Of> = Of extends { responses: infer All }
    ? All extends { 201: { content: { 'application/json': infer Json } } }
        ? Json
        : All extends { 200: { content: { 'application/json': infer Json } } }
          ? Json
          : never
    : never;

async function post<Path extends keyof paths>(
    path: Path,
    body: Body<Operation<Path, 'post'>>,
): Promise<Answer<Operation<Path, 'post'>>> {
    const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    return (await answer.json()) as Answer<Operation<Path, 'post'>>;
}

export async function announce(): Promise<string> {
    const made = await post('/api/v1/content/generate', {
        platform: 'twitter',
        tone: 'professional',
        prompt: 'Announce our new platform',
    });
    const rank: number = made.candidates[0]!.rank;
    const posts = await post('/api/v1/posts', { content_id: made.id!, accounts: ['outbox'] });
    const state: components['schemas']['Post']['state'] = posts.items[0]!.state;
    const cursor: string | null = posts.next_cursor;
    return `${rank} ${state} ${cursor}`;
}

export async function wrong(): Promise<void> {
    // @ts-expect-error: no such tone
    await post('/api/v1/content/generate', { prompt: 'x', tone: 'angry' });
    // @ts-expect-error: the prompt is missing
    await post('/api/v1/content/generate', { platform: 'x' });
    // @ts-expect-error: no such path
    await post('/api/v1/contents', { text: 'x' });
    const code: components['schemas']['Problem']['code'] = 'not_found';
    // @ts-expect-error: no such code
    const other: components['schemas']['Problem']['code'] = 'nowhere';
    console.log(code, other);
}
