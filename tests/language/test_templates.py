"""Every template that goes to borrowers passes its own check, whole and sentence by sentence."""

import pytest

from services.contact.domain.language import check
from services.contact.texts import LANGUAGES, Kind, Language, Voice, templates, write

VOICE = Voice("Sandbox Bank", "8017", "4000000000")
VALUES: dict[Kind, str] = {"money": "CNY 1234.50", "date": "2026-04-20", "count": "12"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(templates()))
def test_a_template_passes_the_language_check(name: str, language: Language) -> None:
    kinds = templates()[name].params
    for params in ({}, {key: VALUES[kind] for key, kind in kinds.items()}):
        said = check(write(name, params, language, VOICE), language)
        assert said.verdict == "pass", said.findings


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(templates()))
def test_a_template_passes_before_it_is_filled_in(name: str, language: Language) -> None:
    text = "\n".join(sentence.in_language(language) for sentence in templates()[name].sentences)
    assert check(text, language).verdict == "pass"
