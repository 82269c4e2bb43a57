"""Who stands behind a message on its envelope: the institution, its address, its seal, the way off its list."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.common.runtime.encryption import digest

_PURPOSE = "contact.opt_out_link"


@dataclass(frozen=True, slots=True)
class Sender:
    """`email` is the address that e-mail comes from; `seal` the reference of the e-seal that the print house keeps.

    `unsubscribe` gives the address by which the reader of a message opts out of it.
    """

    institution: str
    email: str
    seal: str
    unsubscribe: Callable[[UUID], str]


@dataclass(frozen=True, slots=True)
class OptOutLink:
    """The addresses below `base` by which the reader of a message opts out: nobody can guess one, and none names
    anybody."""

    base: str

    def of(self, message_id: UUID) -> str:
        """The address for the reader of a message."""
        return f"{self.base.rstrip('/')}/v1/opt-outs/{message_id}/{token_of(message_id)}"


def token_of(message_id: UUID) -> str:
    """What proves that somebody has the message."""
    return digest(str(message_id), _PURPOSE)


def is_token(message_id: UUID, token: str) -> bool:
    """Whether a token is that of a message."""
    return hmac.compare_digest(token_of(message_id).encode(), token.encode())
