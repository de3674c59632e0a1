CREATE TABLE budget (
    name TEXT NOT NULL,
    window_ms BIGINT NOT NULL,
    full_at BIGINT NOT NULL,
    closed_until BIGINT,
    PRIMARY KEY (name, window_ms)
);
CREATE INDEX budget_full ON budget (full_at);
