"""Why an import, or one row of it, is refused."""

from services.common.kernel.errors import InvalidInput


class ImportRefused(InvalidInput):
    """The file or the mapping as a whole cannot be used; nothing was imported."""

    problem = "import-refused"
    title = "The file cannot be imported"


class RowRefused(Exception):
    """One row cannot be used; the text names columns and fields, not what is in them."""
