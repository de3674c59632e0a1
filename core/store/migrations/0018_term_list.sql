-- Which contents have a word: a row for all contents whose words were put in order together, instead
-- of one for each. Nearly every row was a page of two indices to write and held three ids of 36 bytes;
-- words that many contents share are one row now. What a content had is worked out from its stored
-- version when it is forgotten, so no index by content is kept. What was in order before stays in
-- rows of one content.
CREATE TABLE term_list (
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    word TEXT NOT NULL,
    last_id TEXT NOT NULL,
    content_ids TEXT NOT NULL,
    PRIMARY KEY (workspace_id, word, last_id)
);
INSERT INTO term_list (workspace_id, word, last_id, content_ids)
SELECT workspace_id, word, content_id, content_id
FROM term
ORDER BY workspace_id, word, content_id;
DROP TABLE term;
ALTER TABLE term_list RENAME TO term;
