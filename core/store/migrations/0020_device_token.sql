-- Tokens that a machine got by `caas login` end with the password that approved them; those that
-- somebody made on purpose stay. Which of the former ones are which is not known: they stay.
ALTER TABLE token ADD COLUMN is_device BIGINT NOT NULL DEFAULT 0
    CHECK (is_device IN (0, 1));
