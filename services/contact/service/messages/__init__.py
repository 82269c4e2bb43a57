"""Messages: planned, written, let out under a permit, handed over, answered."""
