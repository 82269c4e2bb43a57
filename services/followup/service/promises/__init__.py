"""Promises to pay: taken over from contact, judged from the bank's postings, and decided about by people."""
