-- What proves something once: besides the two purposes so far, that a new address is somebody's, and
-- that whoever chooses where a machine signs in has said their password.
CREATE TABLE proof (
    digest TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL
        CHECK (purpose IN ('verify_email', 'reset_password', 'change_email', 'approve_device')),
    email TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
INSERT INTO proof (digest, person_id, purpose, email, expires_at, used_at)
SELECT digest, person_id, purpose, email, expires_at, used_at
FROM one_time;
DROP TABLE one_time;
ALTER TABLE proof RENAME TO one_time;
CREATE INDEX one_time_person ON one_time (person_id, purpose);
CREATE INDEX one_time_expiry ON one_time (expires_at);

-- Whoever is in no organization acts in none, which is written as an empty id. Answers are kept for
-- a day only, so nothing need go with an organization.
CREATE TABLE kept_answer (
    organization_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, person_id, name)
);
INSERT INTO kept_answer (organization_id, person_id, name, request, answer, started_at)
SELECT organization_id, person_id, name, request, answer, started_at
FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE kept_answer RENAME TO idempotency;
CREATE INDEX idempotency_age ON idempotency (started_at);
