CREATE TABLE slot (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    day BIGINT NOT NULL CHECK (day >= 1 AND day <= 7),
    minute BIGINT NOT NULL CHECK (minute >= 0 AND minute < 1440),
    PRIMARY KEY (account_id, day, minute)
);

CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id),
    content_id TEXT NOT NULL REFERENCES content (id),
    version_id TEXT REFERENCES version (id),
    rule TEXT NOT NULL,
    zone TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'finished', 'ended')),
    made_to TEXT,
    made BIGINT NOT NULL,
    passed_over BIGINT NOT NULL,
    problem TEXT,
    top_up_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX series_top_up ON series (top_up_at, id) WHERE top_up_at IS NOT NULL;
CREATE INDEX series_newest ON series (workspace_id, id);
CREATE INDEX series_account ON series (account_id);
CREATE INDEX series_content ON series (content_id);

ALTER TABLE post ADD COLUMN series_id TEXT REFERENCES series (id);
ALTER TABLE post ADD COLUMN occurrence TEXT;
CREATE UNIQUE INDEX post_occurrence ON post (series_id, occurrence) WHERE series_id IS NOT NULL;

CREATE TABLE fact (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
