"""Checks of an access token (RFC 9068): pinned algorithms, issuer, audience, lifetime, type; nothing from its header
is trusted but the key id."""

import base64
import binascii
import json
import re
import warnings
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwk import Key

from services.common.kernel.errors import Unauthorized
from services.common.runtime.caller import ROLES
from services.common.runtime.http.jwks import Jwks

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA", "Ed25519"})
MAX_TOKEN = 8 * 1024
LEEWAY_SECONDS = 5
_HEADER_NAMES = frozenset({"alg", "typ", "kid", "x5t", "x5t#S256"})
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_KEY_ID = re.compile(r"[\x21-\x7e]{1,200}")
SUBJECT = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token says is asking. Roles that Forbear does not know are left out."""

    subject: str
    roles: frozenset[str]
    name: str | None = field(default=None, repr=False)


class _OnceEach(json.JSONDecoder):
    """Refuses an object with the same member twice: two readers could see two different tokens."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=self._once)

    @staticmethod
    def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise ValueError("a member appears twice")
        return members


class TokenChecker:
    """Checks the tokens of one issuer for one audience."""

    def __init__(self, issuer: str, audience: str, jwks: Jwks) -> None:
        self._jwks = jwks
        self._audience = audience
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True},
            sub={"essential": True},
            exp={"essential": True},
        )

    async def check(self, token: str) -> Identity:
        """The identity of a genuine, current access token. Unauthorized otherwise, without saying more than needed."""
        if len(token) > MAX_TOKEN or not token.isascii():
            raise Unauthorized("the token is too large or not ASCII")
        header = _header(token)
        key = await self._jwks.key(header["kid"])
        if key is None:
            raise Unauthorized("the token names a key that the issuer does not have")
        try:
            claims = _decode(token, key, header["alg"])
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise Unauthorized("the token has expired") from None
        except (JoseError, ValueError):
            raise Unauthorized("the token is not valid") from None
        return self._identity(claims)

    def _identity(self, claims: dict[str, Any]) -> Identity:
        # A list is accepted only when it means the same as the text: a token for several services is nobody's.
        if claims["aud"] not in (self._audience, [self._audience]):
            raise Unauthorized("the token is for another audience")
        if not SUBJECT.fullmatch(claims["sub"]):
            raise Unauthorized("the token's subject is not usable")
        roles = claims.get("roles", [])
        if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
            raise Unauthorized("the token's roles are not a list of names")
        name = claims.get("name")
        return Identity(claims["sub"], frozenset(roles) & frozenset(ROLES), name if isinstance(name, str) else None)


def _header(token: str) -> dict[str, str]:
    encoded = token.partition(".")[0]
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        header = json.loads(raw, cls=_OnceEach)
    except (ValueError, binascii.Error, RecursionError):
        raise Unauthorized("the token is not a signed token") from None
    if not isinstance(header, dict) or not header.keys() <= _HEADER_NAMES:
        raise Unauthorized("the token's header has members that are not accepted")
    if header.get("alg") not in ALGORITHMS:
        raise Unauthorized("the token's algorithm is not accepted")
    if not isinstance(header.get("typ"), str) or header["typ"].lower() not in _TYPES:
        raise Unauthorized("this is not an access token")
    if not isinstance(header.get("kid"), str) or not _KEY_ID.fullmatch(header["kid"]):
        raise Unauthorized("the token names no key")
    return header


def _decode(token: str, key: Key, algorithm: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        # RFC 9864 renamed EdDSA to Ed25519; issuers still write the old name.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.decode(token, key, algorithms=[algorithm], decoder_cls=_OnceEach).claims
