-- A thread that failed half out is told to whoever looks for a post of the same identity, whatever
-- its content; only those are in here.
CREATE INDEX post_half_out ON post (account_id, updated_at)
    WHERE state = 'failed' AND parts_published > 0;
