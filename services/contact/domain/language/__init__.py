"""The language check of everything outbound: meaning classes over roles of words, in Chinese and English."""

from services.contact.domain.language.checking import SPEAKERS, Finding, LanguageVerdict, Speaker, Verdict, check
from services.contact.domain.language.normalise import LONGEST, TextTooLong

__all__ = ["LONGEST", "SPEAKERS", "Finding", "LanguageVerdict", "Speaker", "TextTooLong", "Verdict", "check"]
