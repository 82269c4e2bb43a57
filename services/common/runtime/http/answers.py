"""Answers of commands: stored with the command in its transaction, and given again to a repeat of it."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, RootModel

STORED = "Idempotency-Replayed"


class StoredBody(RootModel[Any]):
    """The body of an answer as it was stored."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers. `etag` is the version of the thing; `location` the path of what was made."""

    model: BaseModel | None
    status: int = 200
    etag: int | None = None
    location: str | None = None

    def to_stored(self) -> dict[str, Any]:
        """The answer as JSON values, for the command log."""
        body = None if self.model is None else self.model.model_dump(mode="json")
        return {"status": self.status, "body": body, "etag": self.etag, "location": self.location}

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "Answer":
        """The answer that `to_stored` wrote; its model is the stored body."""
        model = None if stored["body"] is None else StoredBody(stored["body"])
        return cls(model, stored["status"], stored["etag"], stored["location"])


class AlreadyAnswered(Exception):
    """The command was done before; `stored` is its answer as kept in the command log."""

    def __init__(self, stored: dict[str, Any]) -> None:
        super().__init__("the command was answered before")
        self.stored = stored


def respond(answer: Answer, *, replayed: bool = False) -> Response:
    """The answer on the wire, with `ETag` and `Location`."""
    headers: dict[str, str] = {}
    if answer.etag is not None:
        headers["ETag"] = etag_of(answer.etag)
    if answer.location is not None:
        headers["Location"] = answer.location
    if replayed:
        headers[STORED] = "true"
    if answer.model is None:
        return Response(status_code=answer.status, headers=headers)
    body = answer.model.model_dump_json()
    return Response(body, answer.status, headers, media_type="application/json")


def etag_of(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


async def _replay(request: Request, error: Exception) -> Response:
    if not isinstance(error, AlreadyAnswered):
        raise error
    return respond(Answer.from_stored(error.stored), replayed=True)


def install_replay(app: FastAPI) -> None:
    """Answer a repeated command with what was stored for it."""
    app.add_exception_handler(AlreadyAnswered, _replay)
