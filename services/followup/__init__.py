"""The service followup: instalments, promises, payments, check-ins."""
