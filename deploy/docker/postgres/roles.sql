-- Run once, by the PostgreSQL image, on an empty server: a role and a database of its own for everybody.
-- SANDBOX PASSWORDS: they are in this file for everybody to read, and only for `docker compose up` on one machine.

CREATE ROLE forbear_intake LOGIN PASSWORD 'sandbox-intake';
CREATE DATABASE forbear_intake OWNER forbear_intake;
REVOKE CONNECT, TEMPORARY ON DATABASE forbear_intake FROM PUBLIC;

CREATE ROLE forbear_contact LOGIN PASSWORD 'sandbox-contact';
CREATE DATABASE forbear_contact OWNER forbear_contact;
REVOKE CONNECT, TEMPORARY ON DATABASE forbear_contact FROM PUBLIC;

CREATE ROLE forbear_plans LOGIN PASSWORD 'sandbox-plans';
CREATE DATABASE forbear_plans OWNER forbear_plans;
REVOKE CONNECT, TEMPORARY ON DATABASE forbear_plans FROM PUBLIC;

CREATE ROLE forbear_followup LOGIN PASSWORD 'sandbox-followup';
CREATE DATABASE forbear_followup OWNER forbear_followup;
REVOKE CONNECT, TEMPORARY ON DATABASE forbear_followup FROM PUBLIC;

CREATE ROLE forbear_desk LOGIN PASSWORD 'sandbox-desk';
CREATE DATABASE forbear_desk OWNER forbear_desk;
REVOKE CONNECT, TEMPORARY ON DATABASE forbear_desk FROM PUBLIC;

CREATE ROLE forbear_sandbox LOGIN PASSWORD 'sandbox-sandbox';
CREATE DATABASE forbear_sandbox OWNER forbear_sandbox;
REVOKE CONNECT, TEMPORARY ON DATABASE forbear_sandbox FROM PUBLIC;

CREATE ROLE temporal LOGIN PASSWORD 'sandbox-temporal';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT, TEMPORARY ON DATABASE temporal, temporal_visibility FROM PUBLIC;
