"""Who is asking: the dependency that turns a bearer token and the request's headers into a `Caller`."""

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from services.common.kernel.errors import Forbidden, Unauthorized
from services.common.runtime.caller import Caller
from services.common.runtime.http.refusals import PreconditionMalformed
from services.common.runtime.http.tokens import SUBJECT, TokenChecker
from services.common.runtime.logging import current_correlation_id

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')
_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Access token of the issuer (RFC 9068).")


async def caller(
    request: Request,
    _documented: Annotated[Any, Depends(_bearer)],
    if_match: Annotated[str | None, Header(description="The ETag that was read; needed to change a thing.")] = None,
    x_acting_for: Annotated[str | None, Header(description="For services: the person on whose behalf.")] = None,
) -> Caller:
    """The authenticated caller, with the version of `If-Match`. Unauthorized, Forbidden, PreconditionMalformed."""
    checker: TokenChecker = request.app.state.tokens
    identity = await checker.check(bearer_token(request))
    if x_acting_for is not None:
        if "system" not in identity.roles:
            raise Forbidden("only a service may act for somebody")
        if not SUBJECT.fullmatch(x_acting_for):
            raise Forbidden("X-Acting-For does not name a subject")
    return Caller(
        subject=identity.subject,
        roles=identity.roles,
        correlation_id=current_correlation_id(),
        acting_for=x_acting_for,
        if_match=None if if_match is None else version_of(if_match),
        name=identity.name,
    )


def bearer_token(request: Request) -> str:
    """The token of the one `Authorization: Bearer` header. Unauthorized without exactly one."""
    headers = request.headers.getlist("authorization")
    scheme, _, token = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token or " " in token:
        raise Unauthorized("send one Authorization header with a bearer token")
    return token


def version_of(if_match: str) -> int:
    """The version named by an entity tag `"7"` or `W/"7"`. PreconditionMalformed for anything else."""
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionMalformed('If-Match must be one ETag as it was read, such as "7"')
    return int(found.group(1))


AnyCaller = Annotated[Caller, Depends(caller)]
