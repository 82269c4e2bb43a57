"""Refusals of the bank, in Fineract's manner: a code for machines and a sentence for people."""


class BankRefusal(Exception):
    """The bank refuses. `code` is stable; `status` is the HTTP status Fineract gives to this kind of refusal."""

    status = 403

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code)


class BankUnknown(BankRefusal):
    """There is no such client, loan or request."""

    status = 404


class BankInvalid(BankRefusal):
    """The request is not of the shape the bank reads."""

    status = 400
