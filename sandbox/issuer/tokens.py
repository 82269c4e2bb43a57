"""Development tokens: one RS256 key kept in the sandbox database, tokens of ten minutes of wall time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from sandbox.issuer import repository
from sandbox.store import Store
from services.common.runtime.clock import wall_now

LIFETIME = timedelta(minutes=10)
_ALGORITHM = "RS256"


class TokenRefused(Exception):
    """A bearer token that this issuer did not give, or that has run out."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Gives and checks tokens for `audience` in the name of `url`."""

    url: str
    audience: str
    key: RSAKey

    @classmethod
    async def open(cls, store: Store, url: str, audience: str) -> "Issuer":
        """With the key of the database, made at the first start."""
        async with store.transaction() as tx:
            found = await repository.key(tx)
            if found is None:
                made = RSAKey.generate_key(2048)
                await repository.keep_key(tx, made.thumbprint(), made.as_pem(private=True).decode())
                found = await repository.key(tx)
        key = RSAKey.import_key(found["pem"], {"kid": found["kid"], "use": "sig", "alg": _ALGORITHM})
        return cls(url, audience, key)

    def token(self, subject: str, roles: tuple[str, ...], name: str | None = None) -> str:
        """A signed access token (typ at+jwt)."""
        now = wall_now()
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": self.audience,
            "sub": subject,
            "roles": list(roles),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "jti": str(uuid4()),
        }
        if name:
            claims["name"] = name
        header = {"alg": _ALGORITHM, "typ": "at+jwt", "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[_ALGORITHM])

    def subject_of(self, token: str) -> str:
        """The subject of a token of this issuer. TokenRefused."""
        try:
            found = jwt.decode(token, self.key, algorithms=[_ALGORITHM])
            jwt.JWTClaimsRegistry(
                now=lambda: int(wall_now().timestamp()),
                iss={"essential": True, "value": self.url},
                aud={"essential": True, "value": self.audience},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(found.claims)
        except (JoseError, ValueError) as error:
            raise TokenRefused(type(error).__name__) from error
        return str(found.claims["sub"])

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set."""
        return {"keys": [self.key.as_dict(private=False)]}
