-- Who an organization is at Stripe. Test mode and real money are two worlds. The revision grows with
-- every change that comes of what Stripe says, so that an answer that is older than another is seen
-- to be so.
CREATE TABLE stripe_customer (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    is_live BIGINT NOT NULL CHECK (is_live IN (0, 1)),
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX stripe_customer_organization ON stripe_customer (organization_id, is_live)
    WHERE deleted_at IS NULL;

-- Subscriptions as Stripe described them last.
CREATE TABLE stripe_subscription (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES stripe_customer (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    plan TEXT NOT NULL,
    item_id TEXT NOT NULL,
    price_id TEXT NOT NULL,
    period_start BIGINT NOT NULL,
    period_end BIGINT NOT NULL,
    cancel_at BIGINT,
    is_ending BIGINT NOT NULL CHECK (is_ending IN (0, 1)),
    has_pending_update BIGINT NOT NULL CHECK (has_pending_update IN (0, 1)),
    trial_end BIGINT,
    latest_invoice TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX stripe_subscription_customer ON stripe_subscription (customer_id);

-- What invoices paid for, and what tokens were given for each. One that is open stands here when
-- some were given ahead of its payment.
CREATE TABLE stripe_invoice (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES stripe_customer (id) ON DELETE CASCADE,
    subscription_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'paid')),
    kind TEXT NOT NULL CHECK (kind IN ('period', 'upgrade', 'nothing')),
    plan_before TEXT,
    plan_after TEXT,
    period_start BIGINT NOT NULL,
    period_end BIGINT NOT NULL,
    granted BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX stripe_invoice_subscription ON stripe_invoice (subscription_id, period_end);

-- Which plan a price sells: it still does when its lookup key has moved to another one.
CREATE TABLE stripe_price (
    id TEXT NOT NULL PRIMARY KEY,
    plan TEXT NOT NULL
);

-- What Stripe told us of, from the moment it was accepted.
CREATE TABLE stripe_event (
    id TEXT NOT NULL PRIMARY KEY,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'dead')),
    tries BIGINT NOT NULL,
    due_at BIGINT,
    problem TEXT,
    created_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX stripe_event_due ON stripe_event (due_at);
CREATE INDEX stripe_event_settled ON stripe_event (settled_at);

-- What was ordered of Stripe and may not be done twice, by the key that says so to Stripe.
CREATE TABLE stripe_order (
    id_key TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX stripe_order_open ON stripe_order (organization_id, digest)
    WHERE ended_at IS NULL;
CREATE INDEX stripe_order_begun ON stripe_order (begun_at);

-- The page on which an organization may be buying just now.
CREATE TABLE stripe_checkout (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES stripe_customer (id) ON DELETE CASCADE,
    plan TEXT NOT NULL,
    price_id TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'complete', 'expired')),
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX stripe_checkout_customer ON stripe_checkout (customer_id, state);

-- What owners were told once.
CREATE TABLE billing_notice (
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, kind, source)
);

-- What one daemon does for all, and when it is done again; and what Stripe gave an id for all.
CREATE TABLE billing_turn (
    name TEXT NOT NULL PRIMARY KEY,
    due_at BIGINT NOT NULL,
    done_at BIGINT
);
CREATE TABLE stripe_setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
