"""A negotiation: its rounds, the offers in it and the borrower's answers, the holds on it, what runs out."""
