CREATE TABLE IF NOT EXISTS issuer_key (
    only boolean PRIMARY KEY DEFAULT true CHECK (only),
    kid  text NOT NULL,
    pem  text NOT NULL
);
