"""The borrower's copy in words: a sentence in zh or en for each line of the log, addressed to the borrower."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from services.common.kernel.policy_file import PolicyFileInvalid
from services.contact.domain.outcomes import OUTCOMES
from services.contact.repository.contact_log import Happening
from services.contact.texts import Language, Voice, date_in_words

MADE = tuple(code for code, outcome in OUTCOMES.items() if outcome.counts_as_attempt or outcome.counts_as_conversation)
"""Outcomes of attempts that were really made: what a rule stopped was no contact."""


class Phrase(BaseModel):
    """One phrase in each language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str

    def said(self, language: Language, **filled: str) -> str:
        return (self.zh if language == "zh" else self.en).format(**filled)


class Phrases(BaseModel):
    """All words of the copy."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: dict[str, Phrase]
    blocks: dict[str, Phrase]
    phrases: dict[str, Phrase]


@cache
def phrases() -> Phrases:
    """The packaged words. PolicyFileInvalid when they are wrong."""
    entry = files("services.contact.documents") / "contact_log.yaml"
    try:
        return Phrases.model_validate(yaml.safe_load(entry.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise PolicyFileInvalid(f"words of the contact log: {error}") from error


@dataclass(frozen=True, slots=True)
class Telling:
    """In which language, on whose clock and in whose name the log is told."""

    language: Language
    zone: str
    voice: Voice

    def phrase(self, name: str, **filled: str) -> str:
        """A phrase of the copy. KeyError for one that there is not."""
        return phrases().phrases[name].said(self.language, **filled)

    def by(self, row: Happening) -> str:
        """Who did it: the borrower, or the institution with the alias of its agents."""
        if row.ours:
            return self.phrase("by", institution=self.voice.institution, alias=self.voice.alias)
        return self.phrase("you")

    def local(self, at: datetime) -> datetime:
        """An instant on the borrower's clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def day(self, at: datetime | date) -> str:
        """A day as people write it; of an instant, the borrower's day."""
        return date_in_words(self.local(at).date() if isinstance(at, datetime) else at, self.language)

    def moment(self, at: datetime) -> str:
        """A day with its time, on the borrower's clock."""
        return f"{self.day(at)} {self.local(at):%H:%M}"

    def what(self, row: Happening) -> str:
        """What happened, in a sentence."""
        if row.other:
            return self.phrase("other_person")
        return {
            "message": self._message,
            "reply": self._reply,
            "conversation": self._conversation,
            "commitment": self._commitment,
            "hold": self._hold,
            "hold_lifted": self._hold,
        }[row.kind](row)

    def _channel(self, row: Happening) -> str:
        return phrases().channels[row.channel or ""].said(self.language)

    def _to(self, row: Happening) -> str:
        return self.phrase("to", ending=row.ending) if row.ending else ""

    def _message(self, row: Happening) -> str:
        return self.phrase(f"message_{row.state}", channel=self._channel(row), to=self._to(row))

    def _reply(self, row: Happening) -> str:
        return self.phrase("reply_opted_out" if row.state else "reply", channel=self._channel(row))

    def _conversation(self, row: Happening) -> str:
        way = "visit" if row.channel == "visit" else "call"
        if spoken(row):
            return self.phrase(f"{way}_of_{'ours' if row.ours else 'yours'}", to=self._to(row))
        met = "somebody" if answered_by_somebody(row) else "nobody"
        return self.phrase(f"{way}_to_{met}", to=self._to(row))

    def _commitment(self, row: Happening) -> str:
        settled = self.day(row.settled_at) if row.settled_at else ""
        due = self.day(row.due_on) if row.due_on else ""
        promised = self.phrase("promised_by_us" if row.ours else "promised_by_you", day=due)
        return promised + self.phrase(f"commitment_{row.state}", settled=settled)

    def _hold(self, row: Happening) -> str:
        kind = "hold_quiet" if row.state == "quiet_period" else "hold_ours" if row.ours else "hold_asked"
        until = self.phrase("until", day=self.moment(row.ends_at)) if row.ends_at else ""
        known = phrases().blocks
        blocks = self.phrase("separator").join(known[one].said(self.language) for one in row.blocks if one in known)
        return self.phrase("hold_lifted" if row.kind == "hold_lifted" else kind, blocks=blocks, until=until)


def answered_by_somebody(row: Happening) -> bool:
    """Whether somebody answered who was not shown to be the borrower; the number is perhaps not the borrower's then."""
    return row.kind == "conversation" and not spoken(row) and OUTCOMES[row.state or ""].counts_as_connected


def spoken(row: Happening) -> bool:
    """Whether the verified borrower spoke: the summary of nothing else is the borrower's."""
    return row.kind == "conversation" and not row.other and OUTCOMES[row.state or ""].counts_as_conversation
