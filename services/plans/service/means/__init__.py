"""What a borrower can pay: the statement of means, the facts of the account, and what follows where nothing fits."""
