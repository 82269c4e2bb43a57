"""The relay carries outbox rows to Kafka and Temporal: one active per service, fenced by the epoch of its lease."""
