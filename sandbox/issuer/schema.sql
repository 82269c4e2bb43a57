CREATE TABLE IF NOT EXISTS issuer_key (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    kid  text NOT NULL,
    pem  text NOT NULL
);
