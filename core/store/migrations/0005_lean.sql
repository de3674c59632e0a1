-- What the engine writes for every post, without what every such write paid for and nobody asked:
-- that the engine and the post of a lane exist is known where a lane is taken, and an attempt is
-- only ever looked for among those of its post.
CREATE TABLE lean_lane (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    held_by TEXT,
    fence BIGINT NOT NULL,
    post_id TEXT,
    wake_at BIGINT
);
INSERT INTO lean_lane (account_id, held_by, fence, post_id, wake_at)
SELECT account_id, held_by, fence, post_id, wake_at
FROM lane;
DROP TABLE lane;
ALTER TABLE lean_lane RENAME TO lane;
CREATE INDEX lane_wake ON lane (wake_at, account_id) WHERE wake_at IS NOT NULL;
CREATE INDEX lane_holder ON lane (held_by) WHERE held_by IS NOT NULL;

CREATE TABLE lean_attempt (
    id TEXT NOT NULL,
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
    PRIMARY KEY (post_id, number)
);
INSERT INTO lean_attempt (id, post_id, number, step, part, state, outcome, is_repeatable,
    repeatable_until, publishes, engine_id, fence, prepared, remote_id, url, cursor, code, message,
    started_at, ended_at)
SELECT id, post_id, number, step, part, state, outcome, is_repeatable, repeatable_until, publishes,
    engine_id, fence, prepared, remote_id, url, cursor, code, message, started_at, ended_at
FROM attempt;
DROP TABLE attempt;
ALTER TABLE lean_attempt RENAME TO attempt;
