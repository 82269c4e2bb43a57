"""The words of a message as they leave: written for the way they go, and read before anybody decides on them."""

from dataclasses import replace
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.runtime.one_time_codes import CodeReferenceUnknown, OneTimeCodes
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.checked_texts import Reader
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel
from services.contact.errors import ConversationUnknown, TemplateUnfit
from services.contact.models import ContactCase, Number
from services.contact.policies import Policies
from services.contact.repository.cases import Addressee
from services.contact.repository.messages import LockedMessage
from services.contact.service.permits.asked import Wording, packs_of, product_of
from services.contact.service.permits.time_barred import time_barred
from services.contact.service.talks.recaps import recap_of
from services.contact.texts import LANGUAGES, Language, Occasion, Voice, templates, write

COLLECTOR = "collector"


class Writing:
    """Writes messages in the voice of the institution."""

    def __init__(self, policies: Policies, voice: Voice, codes: OneTimeCodes) -> None:
        self._policies = policies
        self._codes = codes
        self._voice = voice
        self._reader = Reader()

    def names_institution(self, text: str | None) -> bool:
        """Whether a text says who is speaking, as whom, and where to call back."""
        return self._voice.complete and self._voice.institution in (text or "")

    async def written(
        self, uow: UnitOfWork, message: LockedMessage, addressee: Addressee, number: Number
    ) -> tuple[LockedMessage, Wording]:
        """The message with its words, and what is known of them. TemplateUnfit for what cannot be written.

        Written once for each way: whoever hands it over again under the same key must hand over the same words.
        """
        case = addressee.case
        language = _language(message.language or case.language)
        terms = self._terms(uow, case, Channel(number.channel))
        occasion = Occasion(
            channel=Channel(number.channel),
            rules=frozenset(rule.id for rule in terms.rules),
            first=addressee.nothing_said,
            time_barred=time_barred(addressee.limitation, terms, tuple(case.time_zones), uow.now()),
            addressee=_name_on(number),
            words=await _words(uow, message, language) | self._codes_of(message),
        )
        text = write(message.template, message.params, language, self._voice, occasion)
        if message.text is not None:
            text = replace(text, text=message.text, version=message.template_version or text.version, shape=())
        phrases, blocked = self._reader.found_in(text, language)
        named = replace(message, language=language, text=text.text, subject=text.subject, template_version=text.version)
        wording = Wording(
            phrases=phrases,
            blocked=blocked,
            says_collector=COLLECTOR in text.says,
            letter_contents=tuple(sorted(text.says)) if occasion.channel is Channel.LETTER else (),
        )
        return named, wording

    def _codes_of(self, message: LockedMessage) -> dict[str, str]:
        """The one-time codes that the parameters refer to; they are in the words of the message and nowhere else."""
        template = templates().get(message.template)
        known = {} if template is None else template.params
        try:
            return {
                key: self._codes.code(message.params[key])
                for key, kind in known.items()
                if kind == "code" and key in message.params
            }
        except CodeReferenceUnknown:
            raise TemplateUnfit("a parameter refers to no code") from None

    def _terms(self, uow: UnitOfWork, case: ContactCase, channel: Channel) -> GuardTerms:
        day = local_day(uow.now(), case.time_zones[0])
        actor = self._policies.delivery.on(day).value.acts_as
        return self._policies.packs.terms(packs_of(case), day, channel, actor, product_of(case))


def _language(name: str) -> Language:
    language = next((known for known in LANGUAGES if known == name), None)
    if language is None:
        raise TemplateUnfit("there are no texts in the language of this case")
    return language


def _name_on(number: Number) -> str:
    """The name in an address block: its first line, where there are more."""
    name, _, rest = number.value.partition("\n")
    return name.strip() if rest.strip() else ""


async def _words(uow: UnitOfWork, message: LockedMessage, language: Language) -> dict[str, str]:
    """The words of conversations that the parameters refer to."""
    template = templates().get(message.template)
    recaps = [] if template is None else [key for key, kind in template.params.items() if kind == "recap"]
    found = {}
    for key in recaps:
        try:
            if key in message.params:
                found[key] = await recap_of(uow.session, UUID(message.params[key]), language)
        except (ValueError, ConversationUnknown):
            raise TemplateUnfit(f"the parameter {key} is no conversation with a summary") from None
    return found
