-- The words of a workspace's newest contents, one row a content, until there are enough of them to be
-- put into the table `term` together: nearly every word of a content is a page of its index, and to
-- write those at once was most of what keeping a content cost.
CREATE TABLE unsorted_term (
    content_id TEXT NOT NULL PRIMARY KEY REFERENCES content (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    words TEXT NOT NULL
);
CREATE INDEX unsorted_term_workspace ON unsorted_term (workspace_id, content_id);
