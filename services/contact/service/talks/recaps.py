"""The words of a recap: the summary as it was read back, and what each side said it would do."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contact.domain.commitments import Side
from services.contact.errors import ConversationUnknown
from services.contact.models import Commitment
from services.contact.repository import talks
from services.contact.texts import Language, date_in_words


async def recap_of(session: AsyncSession, conversation_id: UUID, language: Language) -> str:
    """What was agreed in a conversation, for the borrower. ConversationUnknown when there is no summary of it."""
    conversation = await talks.find_conversation(session, conversation_id)
    if conversation is None or conversation.summary is None:
        raise ConversationUnknown("there is no summary of this conversation")
    promised = [_line(one, language) for one in await talks.commitments_in(session, conversation_id)]
    return ("" if language == "zh" else " ").join([_closed(conversation.summary, language), *promised])


def _line(promise: Commitment, language: Language) -> str:
    day = date_in_words(promise.due_on, language)
    text = promise.text.rstrip("。. ")
    if language == "zh":
        return f"{'您' if promise.side == Side.BORROWER.value else '我们'}：{text}（{day}之前）。"
    return f"{'You' if promise.side == Side.BORROWER.value else 'We'}: {text} (by {day})."


def _closed(text: str, language: Language) -> str:
    text = text.strip()
    return text if text.endswith(("。", ".", "！", "!", "？", "?")) else text + ("。" if language == "zh" else ".")
