-- Invitations, organizations that were shut down, and the audit log. A chain of the log is
-- an organization's id or `installation`; it outlives what it tells of, so nothing points at it.
ALTER TABLE organization ADD COLUMN disabled_at BIGINT;
CREATE INDEX member_person ON member (person_id, organization_id);

CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    digest TEXT NOT NULL UNIQUE,
    invited_by TEXT REFERENCES person (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    accepted_by TEXT REFERENCES person (id) ON DELETE SET NULL,
    revoked_at BIGINT,
    CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX invitation_newest ON invitation (organization_id, id);
CREATE UNIQUE INDEX invitation_open ON invitation (organization_id, email)
    WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE audit_head (
    chain TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    digest TEXT NOT NULL
);

CREATE TABLE audit (
    chain TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    happened_at BIGINT NOT NULL,
    person_id TEXT,
    token_id TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (chain, number)
);
