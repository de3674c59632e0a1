-- A post passes through four states on its way and every one of them moved an entry here. Lists are
-- read in the order of ids or times, and what waits for a person has an index of its own.
DROP INDEX post_state;
