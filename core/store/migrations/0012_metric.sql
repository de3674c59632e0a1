-- What platforms count of published posts: when to ask again, and every answer.
CREATE TABLE metric_round (
    post_id TEXT NOT NULL PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    due_at BIGINT,
    problem TEXT
);
CREATE INDEX metric_round_due ON metric_round (due_at, post_id) WHERE due_at IS NOT NULL;

CREATE TABLE metric (
    post_id TEXT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    taken_at BIGINT NOT NULL,
    part BIGINT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (post_id, taken_at, part, name)
);

-- A published post that was taken back at its platform.
ALTER TABLE post ADD COLUMN removed_at BIGINT;

-- Finds what was published since the last look, in its order.
CREATE INDEX post_published ON post (settled_at, id) WHERE state = 'published';
