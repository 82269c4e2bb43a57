"""The issuer's routes: discovery, keys, and a token end point for services and for the bank's staff."""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import JSONResponse

from sandbox.issuer.staff import staff
from sandbox.issuer.tokens import LIFETIME, Issuer

#: Signs a member of staff in by name alone: for development, which is all this issuer is for.
STAFF_GRANT = "urn:forbear:sandbox"


def issuer_routes(issuer: Issuer, client_secret: str) -> APIRouter:
    """Routes below /issuer. `client_secret` is shared by all services."""
    router = APIRouter(tags=["issuer"])

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": issuer.url,
            "jwks_uri": f"{issuer.url}/jwks",
            "token_endpoint": f"{issuer.url}/token",
            "grant_types_supported": ["client_credentials", STAFF_GRANT],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    @router.get("/jwks")
    @router.get("/.well-known/jwks.json", include_in_schema=False)
    async def keys() -> dict[str, Any]:
        return issuer.jwks()

    @router.get("/staff")
    async def people() -> list[dict[str, Any]]:
        return [member.model_dump() for member in staff().values()]

    @router.post("/token")
    async def token(
        grant_type: Annotated[str, Form()],
        client_id: Annotated[str, Form()] = "",
        client_secret_given: Annotated[str, Form(alias="client_secret")] = "",
        username: Annotated[str, Form()] = "",
    ) -> JSONResponse:
        if grant_type == "client_credentials":
            right = hmac.compare_digest(client_secret_given.encode(), client_secret.encode())
            if not right or not client_id.startswith("svc-"):
                return _refused("invalid_client", 401)
            return _granted(issuer.token(client_id, ("system",)))
        if grant_type == STAFF_GRANT:
            member = staff().get(username)
            if member is None:
                return _refused("invalid_grant", 400)
            return _granted(issuer.token(member.subject, member.roles, member.en))
        return _refused("unsupported_grant_type", 400)

    return router


def _granted(token: str) -> JSONResponse:
    body = {"access_token": token, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _refused(error: str, status: int) -> JSONResponse:
    return JSONResponse({"error": error}, status, headers={"Cache-Control": "no-store"})
