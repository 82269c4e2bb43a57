"""A real portfolio played forward: what its clients really paid, judged as if it had been paid on plans."""
