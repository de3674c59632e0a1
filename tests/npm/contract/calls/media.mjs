// Pictures. Prism takes bodies and answers for text, so this one consists of ASCII.
import crypto from 'node:crypto';

const picture = Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from([1, 0, 1, 0, 0, 0, 0]), // 1 x 1, no table of colours
    Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0]),
    Buffer.from([2, 2, 0x44, 1, 0]),
    Buffer.from([0x3b]),
]);

export default async function media(caller, { owner }) {
    const { get, post, patch, remove } = owner;
    const form = new FormData();
    form.append('alt', 'A dot.');
    form.append('file', new Blob([picture], { type: 'image/gif' }), 'dot.gif');
    const medium = (await post('/media', form, 201)).json;
    const one = `/media/${medium.id}`;
    await get('/media?limit=1');
    const shown = await get(one);
    await get(one, 304, { 'If-None-Match': shown.headers.get('etag') });
    await patch(one, { alt: 'A black dot.' }, 200, { 'If-Match': shown.headers.get('etag') });
    await patch(one, { alt: 'Nothing.' }, 412, { 'If-Match': shown.headers.get('etag') });
    const file = await get(one + '/file');
    caller.check(file.text === picture.toString('latin1'), 'the picture came back as another one');
    const digest = crypto.createHash('sha256').update(picture).digest('hex');
    caller.check(medium.sha256 === digest, 'the picture has another digest');
    await get(one + '/file', 206, { Range: 'bytes=0-5' });
    await get(one + '/file', 416, { Range: 'bytes=1000-' });
    await get(one + '/file', 304, { 'If-None-Match': file.headers.get('etag') });
    await caller.call('GET', '/media/not-signed', undefined, 404);

    const content = (await post('/content', { parts: [{ text: 'Look', media: [medium.id] }] }, 201)).json;
    await post('/content/generate', { prompt: 'Look', provider: 'offline', media: [medium.id] }, 201);
    const later = { content_id: content.id, accounts: ['outbox'], in_seconds: 3600 };
    const waiting = (await post('/posts', later, 201)).json.items[0];
    await remove(one, 409);
    await remove(`/posts/${waiting.id}`);
    await remove(one);
    const other = new FormData();
    other.append('file', new Blob([Buffer.concat([picture, Buffer.from('another')])], { type: 'image/gif' }), 'b.gif');
    const second = (await post('/media', other, 201)).json;
    await remove(`/media/${second.id}`);
    await remove(`/media/${second.id}`, 404);
    const none = new FormData();
    none.append('file', new Blob(['<html>'], { type: 'image/gif' }), 'c.gif');
    await post('/media', none, 415);
}
