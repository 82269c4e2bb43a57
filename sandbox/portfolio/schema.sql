-- The people of a portfolio: how they live and behave. Known to nobody inside the bank.
CREATE TABLE IF NOT EXISTS persona (
    account_ref        text PRIMARY KEY,
    borrower_ref       text NOT NULL,
    name               text NOT NULL,
    phone              text NOT NULL,
    language           text NOT NULL,
    time_zone          text NOT NULL,
    currency           text NOT NULL,
    monthly_income     numeric NOT NULL,
    living_costs       numeric NOT NULL,
    priority_expenses  numeric NOT NULL,
    cause              text NOT NULL,
    habit              text NOT NULL
);
ALTER TABLE persona ADD COLUMN IF NOT EXISTS email text;
ALTER TABLE persona ADD COLUMN IF NOT EXISTS postal_address text;
CREATE INDEX IF NOT EXISTS persona_phone ON persona (phone);
CREATE INDEX IF NOT EXISTS persona_email ON persona (email);
CREATE INDEX IF NOT EXISTS persona_postal_address ON persona (postal_address);
