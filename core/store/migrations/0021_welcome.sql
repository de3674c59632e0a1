-- The link that `caas user create` prints is another thing than one that anybody may ask for by mail:
-- neither takes the place of the other.
CREATE TABLE proof (
    digest TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN
        ('verify_email', 'reset_password', 'change_email', 'approve_device', 'welcome')),
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
