CREATE TABLE device_sign_in (
    digest TEXT NOT NULL PRIMARY KEY,
    user_code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'draft', 'publish', 'admin')),
    address TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'denied')),
    person_id TEXT REFERENCES person (id) ON DELETE CASCADE,
    organization_id TEXT REFERENCES organization (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    polled_at BIGINT,
    CHECK (state <> 'approved' OR (person_id IS NOT NULL AND organization_id IS NOT NULL))
);
CREATE INDEX device_sign_in_expiry ON device_sign_in (expires_at);
CREATE INDEX device_sign_in_address ON device_sign_in (address);
