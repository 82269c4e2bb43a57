"""Reading files of the bank: ISO 20022 camt.053, camt.054 and pain.002."""
