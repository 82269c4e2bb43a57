"""The contact guard: nothing reaches a borrower without a permit.

A pure function over facts and the terms of the rule packs in force. Every rule that binds a contact is asked and every
answer kept, with the facts and the versions of the packs, so that the same permit can be derived again years later.
"""
