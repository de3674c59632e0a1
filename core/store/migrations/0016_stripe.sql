-- What is counted and revived is few of many.
CREATE INDEX stripe_event_open ON stripe_event (state) WHERE state IN ('waiting', 'dead');

-- What a grant still has is the sum of its shares: reckoned from the index alone.
CREATE INDEX debit_share_spent ON debit_share (grant_id, tokens);

-- Whose grace has ended is looked for each minute.
CREATE INDEX plan_state_grace ON plan_state (grace_until) WHERE standing = 'past_due';

-- Nobody reads them again, and they tell of people's purchases.
UPDATE stripe_event SET payload = '' WHERE state IN ('done', 'ignored');
