"""PostgreSQL, Temporal and the broker, started and supervised from packages."""
