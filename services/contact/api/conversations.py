"""Routes of conversations: the brief before, the script in it, and the record after it."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.contact.schemas import BriefMade, ConversationRecorded, EndConversation, RecordConversation
from services.contact.schemas.script import StepTaken
from services.contact.schemas.talks import ConversationKept, TalkShown
from services.contact.service.talks.briefs import Briefs
from services.contact.service.talks.conversations import Conversations
from services.contact.service.talks.scripts import Scripts


def router(briefs: Briefs, scripts: Scripts, conversations: Conversations) -> APIRouter:
    """POST /cases/{case_id}/brief, POST /cases/{case_id}/conversations, and the routes of one conversation."""
    routes = APIRouter(tags=["conversations"])

    @routes.post("/cases/{case_id}/brief", response_model=BriefMade, status_code=201)
    async def make_brief(case_id: UUID, caller: CommandCaller) -> Response:
        """Prepare a call: today's figures from the core, and whether there is a number that may be dialled."""
        return respond(await briefs.make(caller, case_id))

    @routes.post("/cases/{case_id}/conversations", response_model=ConversationRecorded | TalkShown, status_code=201)
    async def open_conversation(case_id: UUID, body: RecordConversation, caller: CommandCaller) -> Response:
        """Record what came of a call or visit; without an outcome, begin one that goes by the script."""
        return respond(await conversations.open(caller, case_id, body))

    @routes.get("/conversations/{conversation_id}")
    async def read_conversation(conversation_id: UUID, caller: AnyCaller) -> ConversationKept:
        """A conversation with its words, its script and its promises; the reading is recorded."""
        return await conversations.conversation(caller, conversation_id)

    @routes.post("/conversations/{conversation_id}/steps", response_model=TalkShown, status_code=201)
    async def take_step(conversation_id: UUID, body: StepTaken, caller: CommandCaller) -> Response:
        """Record a step of the script; the answer says what comes next, what is locked, and why."""
        return respond(await scripts.take(caller, conversation_id, body))

    @routes.post("/conversations/{conversation_id}/outcome", response_model=ConversationRecorded, status_code=201)
    async def end_conversation(conversation_id: UUID, body: EndConversation, caller: CommandCaller) -> Response:
        """Record how a conversation ended. What its steps said need not be said again."""
        return respond(await conversations.end(caller, conversation_id, body))

    return routes
