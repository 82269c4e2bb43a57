-- Which case the bank's people deal with for an account, learned when staff first open it.
CREATE TABLE IF NOT EXISTS person_case (
    case_id     text PRIMARY KEY,
    account_ref text NOT NULL,
    number      bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX IF NOT EXISTS person_case_account ON person_case (account_ref);
