-- What is planned to happen outside, and what the bank still has to say.
CREATE TABLE IF NOT EXISTS act (
    id         text PRIMARY KEY,
    at         timestamptz NOT NULL,              -- business time
    kind       text NOT NULL,
    subject    text NOT NULL,
    payload    jsonb NOT NULL DEFAULT '{}',
    done_at    timestamptz,                       -- business time
    attempts   integer NOT NULL DEFAULT 0,
    retry_at   timestamptz,                       -- wall time
    last_error text
);
CREATE INDEX IF NOT EXISTS act_open ON act (at, subject, kind, id) WHERE done_at IS NULL;
CREATE INDEX IF NOT EXISTS act_retried ON act (subject) WHERE done_at IS NULL AND retry_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS act_worked ON act (done_at) WHERE kind = 'staff.task' AND done_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS feed_outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text NOT NULL,
    key        text NOT NULL,
    event_id   text NOT NULL,
    event_type text NOT NULL,
    body       bytea NOT NULL,
    at         timestamptz NOT NULL,              -- business time
    everywhere boolean NOT NULL DEFAULT false,    -- one copy to each partition, after all that was said before
    copies     integer NOT NULL DEFAULT 1,
    release_on date,                              -- kept back until the close of this business day
    sent_at    timestamptz                        -- wall time
);
CREATE INDEX IF NOT EXISTS feed_outbox_unsent ON feed_outbox (id) WHERE sent_at IS NULL;
CREATE INDEX IF NOT EXISTS feed_outbox_sent ON feed_outbox (sent_at) WHERE sent_at IS NOT NULL;
