ALTER TABLE person ADD COLUMN password TEXT;
ALTER TABLE person ADD COLUMN password_changed_at BIGINT;
ALTER TABLE person ADD COLUMN email_verified_at BIGINT;
ALTER TABLE person ADD COLUMN disabled_at BIGINT;
ALTER TABLE person ADD COLUMN is_installation_owner BIGINT NOT NULL DEFAULT 0
    CHECK (is_installation_owner IN (0, 1));
ALTER TABLE person ADD COLUMN totp_secret TEXT;
ALTER TABLE person ADD COLUMN totp_confirmed_at BIGINT;
ALTER TABLE person ADD COLUMN totp_step BIGINT;

CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    digest TEXT NOT NULL UNIQUE,
    client TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT CHECK (ended_by IN ('logout', 'reuse', 'password', 'administrator'))
);
CREATE INDEX session_person ON session (person_id, id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE spent_refresh (
    digest TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE
);
CREATE INDEX spent_refresh_session ON spent_refresh (session_id);

CREATE TABLE one_time (
    digest TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    email TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX one_time_person ON one_time (person_id, purpose);
CREATE INDEX one_time_expiry ON one_time (expires_at);

CREATE TABLE recovery_code (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (person_id, digest)
);

CREATE TABLE throttle (
    name TEXT NOT NULL PRIMARY KEY,
    full_at BIGINT NOT NULL
);
CREATE INDEX throttle_full ON throttle (full_at);

CREATE TABLE mail (
    id TEXT NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    tries BIGINT NOT NULL,
    due_at BIGINT,
    problem TEXT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX mail_due ON mail (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX mail_settled ON mail (settled_at) WHERE settled_at IS NOT NULL;
