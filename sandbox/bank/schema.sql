-- The bank's books. Money is numeric with the loan's currency; instalments and postings are facts, nothing derived is kept.
CREATE TABLE IF NOT EXISTS bank_client (
    client_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    external_id text NOT NULL UNIQUE,
    display_name text NOT NULL,
    mobile_no   text,
    language    text NOT NULL,
    time_zone   text NOT NULL
);
ALTER TABLE bank_client ADD COLUMN IF NOT EXISTS email text;
ALTER TABLE bank_client ADD COLUMN IF NOT EXISTS postal_address text;

CREATE TABLE IF NOT EXISTS bank_loan (
    loan_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    external_id   text NOT NULL UNIQUE,
    client_id     bigint NOT NULL REFERENCES bank_client,
    product       text NOT NULL,
    currency      text NOT NULL,
    principal     numeric NOT NULL,
    annual_rate   numeric NOT NULL,
    schedule      integer NOT NULL DEFAULT 1,     -- the version in force
    range_said    integer NOT NULL,               -- delinquency range last reported
    look_on       date                            -- first day on which the range can change by itself
);
CREATE INDEX IF NOT EXISTS bank_loan_look ON bank_loan (look_on);

CREATE TABLE IF NOT EXISTS bank_installment (
    loan_id   bigint NOT NULL REFERENCES bank_loan,
    schedule  integer NOT NULL,
    number    integer NOT NULL,
    due_date  date NOT NULL,
    principal numeric NOT NULL,
    interest  numeric NOT NULL,
    fees      numeric NOT NULL,
    PRIMARY KEY (loan_id, schedule, number)
);

CREATE TABLE IF NOT EXISTS bank_posting (
    posting_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    posting_ref  text NOT NULL UNIQUE,
    loan_id      bigint NOT NULL REFERENCES bank_loan,
    schedule     integer NOT NULL,                -- the version it was booked on
    amount       numeric NOT NULL CHECK (amount > 0),
    value_date   date NOT NULL,
    booking_date date NOT NULL,
    reverses     text UNIQUE REFERENCES bank_posting (posting_ref)
);
CREATE INDEX IF NOT EXISTS bank_posting_loan ON bank_posting (loan_id);

CREATE TABLE IF NOT EXISTS bank_pause (
    pause_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    loan_id    bigint NOT NULL REFERENCES bank_loan,
    start_date date NOT NULL,
    end_date   date NOT NULL CHECK (end_date >= start_date)
);
CREATE INDEX IF NOT EXISTS bank_pause_loan ON bank_pause (loan_id);

-- A pause is of the schedule that was in force when it was asked for: a later one was agreed with the pause in mind.
CREATE TABLE IF NOT EXISTS bank_interest_pause (
    interest_pause_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    loan_id     bigint NOT NULL REFERENCES bank_loan,
    schedule    integer,                          -- null: that schedule earned nothing
    external_id text NOT NULL UNIQUE,             -- the idempotency key of whoever asked
    asked_start date NOT NULL,                    -- as it was asked, so that a repeated request compares equal
    asked_end   date NOT NULL,
    start_date  date NOT NULL,
    end_date    date NOT NULL CHECK (end_date >= start_date),
    taken_away  boolean NOT NULL DEFAULT false
);
CREATE INDEX IF NOT EXISTS bank_interest_pause_loan ON bank_interest_pause (loan_id);

CREATE TABLE IF NOT EXISTS bank_restructuring (
    restructuring_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    external_id  text NOT NULL UNIQUE,            -- the idempotency key of whoever asked
    loan_id      bigint NOT NULL REFERENCES bank_loan,
    kind         text NOT NULL CHECK (kind IN ('reschedule', 'reAge')),
    status       text NOT NULL CHECK (status IN ('requested', 'waiting', 'active', 'rejected', 'replaced')),
    terms        jsonb NOT NULL,
    schedule     integer,                         -- the version it made
    requested_on date NOT NULL,
    active_on    date
);
CREATE UNIQUE INDEX IF NOT EXISTS bank_restructuring_active ON bank_restructuring (loan_id) WHERE status = 'active';

CREATE TABLE IF NOT EXISTS bank_relationship (
    relationship_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES bank_client,
    external_id  text NOT NULL UNIQUE,            -- the idempotency key of whoever wrote it
    kept         text NOT NULL                    -- how a case ended and how the customer would like to be met
);

CREATE TABLE IF NOT EXISTS bank_day (
    single           boolean PRIMARY KEY DEFAULT true CHECK (single),
    closed_through date,
    checker        boolean NOT NULL DEFAULT false -- restructurings need a second person at the bank
);
INSERT INTO bank_day DEFAULT VALUES ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS bank_fault (
    fault_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL,
    account_ref text,                             -- null: all accounts
    remaining   integer,                          -- null: until it is taken away
    seconds     double precision NOT NULL,
    days        integer NOT NULL,
    code        text NOT NULL
);
