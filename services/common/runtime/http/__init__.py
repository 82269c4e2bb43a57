"""The HTTP edge that all services share: identity, idempotency, preconditions, problems, pages, health."""
