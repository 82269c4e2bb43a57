"""Routes of notes."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.intake.schemas import NoteShown, NoteWritten, WriteNote
from services.intake.service.casework import Casework
from services.intake.service.reading import Reading


def router(casework: Casework, reading: Reading) -> APIRouter:
    """The routes under `/v1/cases/{case_id}/notes`."""
    routes = APIRouter(prefix="/cases/{case_id}/notes", tags=["notes"])

    @routes.post("", response_model=NoteWritten, status_code=201)
    async def write_note(case_id: UUID, body: WriteNote, caller: CommandCaller) -> Response:
        """Keep a note about the case."""
        return respond(await casework.write_note(caller, case_id, body))

    @routes.get("", response_model=Page[NoteShown])
    async def list_notes(case_id: UUID, asked: PageAsked, caller: AnyCaller) -> Response:
        """Notes, oldest first; the reading is recorded."""
        return respond(Answer(await reading.notes(caller, case_id, asked)))

    return routes
