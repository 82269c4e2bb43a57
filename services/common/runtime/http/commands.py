"""Commands carry an `Idempotency-Key`: the dependency that reads it and makes the request comparable to a repeat."""

import hashlib
import re
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Request

from services.common.runtime.caller import Caller, CommandKey
from services.common.runtime.http.auth import caller
from services.common.runtime.http.refusals import IdempotencyKeyRequired

KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_FORMS = ("multipart/", "application/x-www-form-urlencoded")


async def command_caller(
    request: Request,
    asking: Annotated[Caller, Depends(caller)],
    idempotency_key: Annotated[
        str | None,
        Header(alias=KEY_HEADER, description="Made by the client, once per intention; a repeat gets the same answer."),
    ] = None,
) -> Caller:
    """The caller of a command, with its key and the hash of its request. IdempotencyKeyRequired without a key."""
    if idempotency_key is None or len(request.headers.getlist(KEY_HEADER)) != 1:
        raise IdempotencyKeyRequired(f"send one {KEY_HEADER} header with every command")
    if not _KEY.fullmatch(idempotency_key):
        raise IdempotencyKeyRequired(f"{KEY_HEADER} must be 1 to 200 visible ASCII characters")
    path = request.url.path
    asker = asking.subject if asking.acting_for is None else f"{asking.subject} for {asking.acting_for}"
    scope = f"{asker} {request.method} {path}"
    return replace(asking, command=CommandKey(scope, idempotency_key, await request_hash(request)))


async def request_hash(request: Request) -> str:
    """SHA-256 (hex) over method, path, query and raw body.

    The parts of a form are not in it, and its body is gone by now. Boundaries differ between two sendings of one file,
    so the use case compares the hash of the content that it stores anyway.
    """
    hashed = hashlib.sha256()
    for part in (request.method, request.url.path, request.url.query):
        hashed.update(part.encode() + b"\n")
    if not request.headers.get("content-type", "").lower().startswith(_FORMS):
        hashed.update(await request.body())
    return hashed.hexdigest()


CommandCaller = Annotated[Caller, Depends(command_caller)]
