CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_email ON person (email) WHERE email IS NOT NULL;

CREATE TABLE organization (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE workspace (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (organization_id, name)
);

CREATE TABLE member (
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, person_id)
);

CREATE TABLE token (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    workspace_id TEXT REFERENCES workspace (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'draft', 'publish', 'admin')),
    digest TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
);

CREATE TABLE voice (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, name)
);

CREATE TABLE content (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    latest BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX content_newest ON content (workspace_id, id) WHERE deleted_at IS NULL;

CREATE TABLE version (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    content_id TEXT NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('written', 'generated', 'restored', 'imported')),
    restored_from BIGINT,
    person_id TEXT REFERENCES person (id) ON DELETE SET NULL,
    provider TEXT,
    model TEXT,
    brief TEXT,
    template TEXT,
    template_digest TEXT,
    input_tokens BIGINT,
    output_tokens BIGINT,
    latency_ms BIGINT,
    cost_microdollars BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (content_id, number)
);

CREATE TABLE term (
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    word TEXT NOT NULL,
    content_id TEXT NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    PRIMARY KEY (workspace_id, word, content_id)
);
CREATE INDEX term_content ON term (content_id, workspace_id);

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    handle TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    base_url TEXT NOT NULL,
    config TEXT NOT NULL,
    secret TEXT,
    secret_expires_at BIGINT,
    zone TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'needs_sign_in', 'disconnected')),
    state_reason TEXT,
    catch_up_ms BIGINT NOT NULL,
    on_unknown TEXT NOT NULL CHECK (on_unknown IN ('ask', 'resend')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_name ON account (workspace_id, name) WHERE state <> 'disconnected';

CREATE TABLE post (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id),
    content_id TEXT NOT NULL REFERENCES content (id),
    version_id TEXT NOT NULL REFERENCES version (id),
    platform TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'scheduled', 'publishing', 'retrying', 'published',
        'failed', 'unconfirmed', 'canceled', 'missed', 'paused')),
    due_at BIGINT NOT NULL,
    wake_at BIGINT,
    local_time TEXT,
    zone TEXT,
    time_note TEXT,
    tries BIGINT NOT NULL,
    looks BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    parts_published BIGINT NOT NULL,
    remote_id TEXT,
    url TEXT,
    code TEXT,
    message TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX post_account_wake ON post (account_id, wake_at, id) WHERE wake_at IS NOT NULL;
CREATE INDEX post_stuck ON post (account_id) WHERE state IN ('paused', 'unconfirmed');
CREATE INDEX post_newest ON post (workspace_id, id);
CREATE INDEX post_due ON post (workspace_id, due_at, id);
CREATE INDEX post_state ON post (workspace_id, state, id);
CREATE INDEX post_content ON post (content_id);

CREATE TABLE engine (
    id TEXT NOT NULL PRIMARY KEY,
    beat BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    description TEXT NOT NULL
);

CREATE TABLE lane (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    held_by TEXT REFERENCES engine (id),
    fence BIGINT NOT NULL,
    post_id TEXT REFERENCES post (id) ON DELETE SET NULL,
    wake_at BIGINT
);
CREATE INDEX lane_wake ON lane (wake_at, account_id) WHERE wake_at IS NOT NULL;
CREATE INDEX lane_holder ON lane (held_by) WHERE held_by IS NOT NULL;

CREATE TABLE attempt (
    id TEXT NOT NULL PRIMARY KEY,
    post_id TEXT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    step TEXT NOT NULL,
    part BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('started', 'done', 'failed', 'unknown', 'observed')),
    outcome TEXT,
    is_repeatable BIGINT NOT NULL CHECK (is_repeatable IN (0, 1)),
    repeatable_until BIGINT,
    publishes BIGINT NOT NULL CHECK (publishes IN (0, 1)),
    engine_id TEXT NOT NULL,
    fence BIGINT NOT NULL,
    prepared TEXT NOT NULL,
    remote_id TEXT,
    url TEXT,
    cursor TEXT,
    code TEXT,
    message TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    UNIQUE (post_id, number)
);
