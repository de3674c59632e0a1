-- Posts of one account that wait for the same moment, as when all of them found their budget spent,
-- go out in the order of their times.
DROP INDEX post_account_wake;
CREATE INDEX post_account_wake ON post (account_id, wake_at, due_at, id) WHERE wake_at IS NOT NULL;
