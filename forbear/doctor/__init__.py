"""Read-only checks over databases, topics, workflows and the bank: does what must always hold, hold now?"""
