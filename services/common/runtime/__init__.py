"""Plumbing without a word of the domain: database, broker, HTTP, Temporal, outbox, inbox, audit."""
