// The installation as a whole, for its owner.
export default async function admin(caller, { boss, ana }) {
    await boss.get('/admin/stats');
    await boss.get('/admin/users?limit=1');
    const people = (await boss.get('/admin/users')).json.items;
    const organizations = (await boss.get('/admin/organizations')).json.items;
    await boss.get('/admin/audit?limit=2');
    await boss.get('/admin/audit/verification');
    await boss.get('/admin/audit/verification?head=0000');
    for (const path of ['/admin/stats', '/admin/users', '/admin/organizations', '/admin/audit', '/admin/audit/verification'])
        await ana.get(path, 403);
    await boss.post('/admin/users', { email: 'dora@example.org', name: 'Dora' }, 201);
    await boss.post('/admin/users', { email: 'no address' }, 422);
    const ben = people.find((person) => person.email === 'ben@example.org');
    await boss.post(`/admin/users/${ben.id}/disable`, {});
    await boss.post(`/admin/users/${ben.id}/enable`, {});
    await boss.post('/admin/users/00000000-0000-0000-0000-000000000000/enable', {}, 404);
    const owner = people.find((person) => person.is_installation_owner);
    await boss.post(`/admin/users/${owner.id}/disable`, {}, 409);
    const anas = organizations.find((one) => one.name === 'Ana & Co');
    await boss.post(`/admin/organizations/${anas.id}/disable`, {});
    await ana.post('/content', { text: 'In no organization.' }, 403);
    await ana.get(`/organizations/${anas.id}`, 403);
    await boss.post(`/admin/organizations/${anas.id}/enable`, {});
    await ana.get('/content');
}
