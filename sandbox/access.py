"""Who may use the bank and the gateway: a bearer of the issuer's token, or Basic with the services' shared secret."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header, HTTPException

from sandbox.issuer.tokens import Issuer, TokenRefused


def require_client(issuer: Issuer, secret: str) -> Callable[..., Awaitable[str]]:
    """A dependency that gives the subject of the request, or answers 401."""

    async def caller(authorization: Annotated[str, Header()] = "") -> str:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer":
            try:
                return issuer.subject_of(value)
            except TokenRefused:
                raise _unknown() from None
        if scheme.lower() == "basic" and (subject := _basic(value, secret)):
            return subject
        raise _unknown()

    return caller


def _basic(value: str, secret: str) -> str | None:
    try:
        user, _, given = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user if user and hmac.compare_digest(given.encode(), secret.encode()) else None


def _unknown() -> HTTPException:
    return HTTPException(401, "Authentication is required.", headers={"WWW-Authenticate": "Bearer, Basic"})
