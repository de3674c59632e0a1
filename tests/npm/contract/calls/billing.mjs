// A plan is bought at the pretend Stripe, changed, ended and kept after all.
export default async function billing(caller, { owner, stripe }) {
    const act = async (what) => (await fetch(`${stripe}/sandbox/${what}`, { method: 'POST' })).text();
    const me = (await owner.get('/auth/me')).json;
    await owner.get('/billing/plans');
    await owner.get(`/organizations/${me.organization_id}/usage`);
    await owner.get('/billing/subscription');
    await owner.put('/billing/kept', { accounts: [], members: [], workspaces: [] });
    await owner.put('/billing/kept', { accounts: ['00000000-0000-0000-0000-000000000000'] }, 404);
    await owner.post('/billing/checkout', { plan: 'gold' }, 422);

    const page = (await owner.post('/billing/checkout', { plan: 'pro' }, 201)).json;
    caller.check((await act(`pay/${page.id}`)) === 'paid', 'the pretend Stripe was not paid');
    await caller.call('GET', '/app/billing');
    const events = JSON.parse(await act('signed'));
    for (const event of events)
        await caller.call('POST', '/api/v1/webhooks/stripe', JSON.parse(event.body), 200, { 'Stripe-Signature': event.header });
    await caller.call('POST', '/api/v1/webhooks/stripe', JSON.parse(events[0].body), 400, { 'Stripe-Signature': 't=1,v1=00' });
    await owner.post('/billing/sync', {});
    caller.check((await owner.get('/billing/subscription')).json.plan === 'pro', 'what was bought is not the plan');

    await owner.post('/billing/portal', {}, 201);
    await owner.post('/billing/preview', { plan: 'team' });
    await owner.post('/billing/change', { plan: 'team' });
    await owner.post('/billing/cancel', {});
    await owner.post('/billing/resume', {});
    await owner.post('/billing/checkout', { plan: 'pro' }, 409);
}
