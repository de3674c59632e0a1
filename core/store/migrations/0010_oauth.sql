-- Signing in to platforms with a browser, and staying signed in.
ALTER TABLE account ADD COLUMN scopes TEXT;

CREATE TABLE oauth_sign_in (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    platform TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    zone TEXT,
    base_url TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    browser TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'exchanging', 'choosing', 'done', 'failed')),
    confirmation TEXT,
    secret TEXT,
    choices TEXT,
    account_id TEXT REFERENCES account (id) ON DELETE SET NULL,
    code TEXT,
    message TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_sign_in_expiry ON oauth_sign_in (expires_at);
CREATE INDEX oauth_sign_in_person ON oauth_sign_in (person_id, id);

-- Applications that caas registered at instances by itself.
CREATE TABLE oauth_application (
    platform TEXT NOT NULL,
    base_url TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (platform, base_url, redirect_uri)
);

-- When the credentials of an account want something: to be renewed, or a warning that they end.
-- begun_at: a renewal was sent, and what came of it is not known.
CREATE TABLE renewal (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    due_at BIGINT,
    refresh_at BIGINT,
    ends_at BIGINT,
    warned_days BIGINT,
    held_until BIGINT,
    fence BIGINT NOT NULL,
    begun_at BIGINT,
    tries BIGINT NOT NULL
);
CREATE INDEX renewal_due ON renewal (due_at) WHERE due_at IS NOT NULL;

-- Half an hour before the end is early enough for the two hours of those that there are.
INSERT INTO renewal (account_id, due_at, refresh_at, fence, tries)
SELECT id, secret_expires_at - 1800000, secret_expires_at - 1800000, 0, 0
FROM account
WHERE secret_expires_at IS NOT NULL
  AND state <> 'disconnected';
