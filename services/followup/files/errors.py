"""What is wrong with a file of the bank."""


class FileRefused(Exception):
    """The file as a whole is not used; `detail` names the line and what is wrong, never a value."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class EntryRefused(Exception):
    """One entry cannot be used; the text says why, never a value."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
