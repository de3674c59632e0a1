-- Answers of writes that named themselves with an Idempotency-Key, kept for a day so that a repeat
-- gets the same answer instead of doing it again. `answer` is sealed; without one the first call is
-- under way, or its process died.
CREATE TABLE idempotency (
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, person_id, name)
);
CREATE INDEX idempotency_age ON idempotency (started_at);

-- Calls of this minute, leased to daemons in blocks.
CREATE TABLE call_count (
    name TEXT NOT NULL PRIMARY KEY,
    minute BIGINT NOT NULL,
    taken BIGINT NOT NULL
);

-- What changed lately, for the events of the API.
CREATE INDEX content_changed ON content (workspace_id, updated_at);
