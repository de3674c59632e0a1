-- The words of a workspace's newest contents, one row a content, until there are enough of them to be
-- put into the table `term` together: nearly every word of a content is a page of its index, and to
-- write those at once was most of what keeping a content cost. A content goes with its workspace or
-- after its words were forgotten, so nothing else refers to it here and one index less is written.
CREATE TABLE unsorted_term (
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    content_id TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (workspace_id, content_id)
);
