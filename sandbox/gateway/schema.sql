-- Messages the gateway accepted, what arrived at people, and what the gateway has to tell its customer.
CREATE TABLE IF NOT EXISTS gateway_message (
    key         text PRIMARY KEY,
    provider_id text NOT NULL UNIQUE,
    channel     text NOT NULL,
    recipient   text NOT NULL,
    sender      text NOT NULL,
    body        text NOT NULL,
    reference   text,                             -- the customer's own
    request_sha text NOT NULL,
    status      text NOT NULL CHECK (status IN ('accepted', 'delivered', 'failed')),
    accepted_at timestamptz NOT NULL,             -- business time
    settled_at  timestamptz
);

CREATE TABLE IF NOT EXISTS gateway_inbox (
    key         text PRIMARY KEY REFERENCES gateway_message,
    reference   text,
    recipient   text NOT NULL,
    channel     text NOT NULL,
    sender      text NOT NULL,
    body        text NOT NULL,
    arrived_at  timestamptz NOT NULL              -- business time
);
CREATE INDEX IF NOT EXISTS gateway_inbox_recipient ON gateway_inbox (recipient, arrived_at);

CREATE TABLE IF NOT EXISTS gateway_webhook (
    id           text PRIMARY KEY,
    body         text NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    retry_at     timestamptz,                     -- wall time
    delivered_at timestamptz                      -- wall time
);
CREATE INDEX IF NOT EXISTS gateway_webhook_open ON gateway_webhook (id) WHERE delivered_at IS NULL;

-- What the letterhead of a message says, and what becomes of it when that was ordered.
ALTER TABLE gateway_message ADD COLUMN IF NOT EXISTS subject text NOT NULL DEFAULT '';
ALTER TABLE gateway_message ADD COLUMN IF NOT EXISTS bounces boolean NOT NULL DEFAULT false;
ALTER TABLE gateway_message DROP CONSTRAINT IF EXISTS gateway_message_status_check;
ALTER TABLE gateway_message ADD CONSTRAINT gateway_message_status_check
    CHECK (status IN ('accepted', 'delivered', 'failed', 'bounced'));

-- What goes wrong on order, oldest first.
CREATE TABLE IF NOT EXISTS gateway_fault (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel  text NOT NULL,
    kind     text NOT NULL,
    left_    integer NOT NULL
);
