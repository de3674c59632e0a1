CREATE TABLE media_file (
    digest TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL CHECK (size > 0),
    kept_at BIGINT NOT NULL,
    is_going BIGINT NOT NULL CHECK (is_going IN (0, 1))
);
CREATE INDEX media_file_kept ON media_file (kept_at);

CREATE TABLE medium (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    digest TEXT NOT NULL REFERENCES media_file (digest),
    source_digest TEXT NOT NULL,
    name TEXT NOT NULL,
    alt TEXT NOT NULL,
    type TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    width BIGINT NOT NULL CHECK (width > 0),
    height BIGINT NOT NULL CHECK (height > 0),
    duration_ms BIGINT NOT NULL CHECK (duration_ms >= 0),
    frames BIGINT NOT NULL CHECK (frames > 0),
    frame_rate DOUBLE PRECISION,
    codec TEXT,
    audio_codec TEXT,
    notes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, source_digest)
);
CREATE INDEX medium_newest ON medium (workspace_id, id);
CREATE INDEX medium_digest ON medium (digest);

CREATE TABLE rendition (
    medium_id TEXT NOT NULL REFERENCES medium (id) ON DELETE CASCADE,
    recipe TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES media_file (digest),
    type TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    width BIGINT NOT NULL CHECK (width > 0),
    height BIGINT NOT NULL CHECK (height > 0),
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (medium_id, recipe)
);
CREATE INDEX rendition_digest ON rendition (digest);
