// What API tokens may, by their scopes, and how they end.
export default async function tokens(caller, { owner }) {
    const me = (await owner.get('/auth/me')).json;
    const list = `/organizations/${me.organization_id}/tokens`;
    const make = async (scope, more = {}) => (await owner.post(list, { name: scope, scope, ...more }, 201)).json;
    const reader = caller.as((await make('read')).token);
    await reader.get('/auth/token');
    await reader.get('/content');
    await reader.post('/content', { text: 'No.' }, 403);
    await reader.post(list, { name: 'more', scope: 'admin' }, 403);
    const writer = caller.as((await make('draft', { workspace_id: me.workspace_id })).token);
    const content = (await writer.post('/content', { text: 'A draft.' }, 201)).json;
    await writer.post('/posts', { content_id: content.id, accounts: ['outbox'] }, 403);
    await owner.post(list, { name: 'x', scope: 'read', workspace_id: '00000000-0000-0000-0000-000000000000' }, 404);
    await writer.remove('/auth/token');
    await writer.get('/auth/token', 401);
    await reader.post('/auth/logout-all', {}, 403);
    await owner.remove(`${list}/00000000-0000-0000-0000-000000000000`, 404);
}
