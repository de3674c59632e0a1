-- What an organization has bought. Without a row it pays for nothing, and the plan of those holds.
CREATE TABLE plan_state (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organization (id) ON DELETE CASCADE,
    plan TEXT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('none', 'incomplete', 'trialing', 'active', 'past_due',
        'unpaid', 'canceled', 'paused')),
    since BIGINT NOT NULL,
    period_start BIGINT,
    period_end BIGINT,
    trial_end BIGINT,
    grace_until BIGINT,
    cancel_at_period_end BIGINT NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
    next_plan TEXT,
    updated_at BIGINT NOT NULL
);

-- Plan tokens that were given. Rows are only ever added.
CREATE TABLE token_grant (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    source TEXT NOT NULL,
    tokens BIGINT NOT NULL CHECK (tokens > 0),
    valid_from BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (organization_id, reason, source),
    CHECK (expires_at IS NULL OR expires_at > valid_from)
);

-- What a generation that is under way may cost at the most. Gone with its debit, or when it is over.
CREATE TABLE reservation (
    generation_id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    tokens BIGINT NOT NULL CHECK (tokens >= 0),
    microdollars BIGINT NOT NULL CHECK (microdollars >= 0),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX reservation_organization ON reservation (organization_id);
CREATE INDEX reservation_expiry ON reservation (expires_at);

-- What a generation cost. Rows are only ever added. Whoever wrote it may be gone, and the workspace
-- too: nothing points at them.
CREATE TABLE debit (
    generation_id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    input_tokens BIGINT NOT NULL CHECK (input_tokens >= 0),
    output_tokens BIGINT NOT NULL CHECK (output_tokens >= 0),
    tokens BIGINT NOT NULL CHECK (tokens >= 0),
    microdollars BIGINT NOT NULL CHECK (microdollars >= 0),
    created_at BIGINT NOT NULL
);
CREATE INDEX debit_newest ON debit (organization_id, created_at);

-- Which grants a debit was taken from; what no grant had, of a plan without a quota, is of none.
CREATE TABLE debit_share (
    generation_id TEXT NOT NULL REFERENCES debit (generation_id) ON DELETE CASCADE,
    grant_id TEXT NOT NULL REFERENCES token_grant (id) ON DELETE CASCADE,
    tokens BIGINT NOT NULL CHECK (tokens > 0),
    PRIMARY KEY (grant_id, generation_id)
);
CREATE INDEX debit_share_generation ON debit_share (generation_id);

-- The sums of the debits of a day (UTC), for charts and the cap of a month.
CREATE TABLE usage_day (
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    person_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    generations BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    microdollars BIGINT NOT NULL,
    PRIMARY KEY (organization_id, day, person_id, provider, model)
);

-- Who was told that so many percent of a period's tokens are used.
CREATE TABLE usage_warning (
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    period_start BIGINT NOT NULL,
    percent BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, period_start, percent)
);

-- What is over the limit of a plan, and what its owner wants to keep before the rest.
CREATE TABLE plan_lock (
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'member', 'workspace')),
    item_id TEXT NOT NULL,
    locked_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, kind, item_id)
);
CREATE TABLE plan_keep (
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'member', 'workspace')),
    item_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, kind, item_id)
);
