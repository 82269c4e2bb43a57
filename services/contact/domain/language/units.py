"""Cutting a folded text into units: a Chinese character, an English word, a number; and the pauses between them.

A pause is 1 after a comma and 2 where a sentence ends. Spaces and ornaments between Chinese characters mean nothing.
"""

import re
from functools import lru_cache
from typing import NamedTuple

NUMBER = "#"
PERCENT = "#%"
ELLIPSIS = "…"
TOKEN = re.compile(
    r"(?P<spelled>(?<![a-z])[a-z](?P<gap>[ .*_-])[a-z](?:(?P=gap)[a-z])+(?![a-z']))"
    r"|(?P<word>(?:2day|2nite|2night|2moro|2morrow|b4)(?![a-z0-9])"
    r"|(?:(?<=need )|(?<=have )|(?<=got ))2(?= [a-z])"
    r"|[a-z]+(?:'[a-z]+)*)"
    r"|(?P<number>\{\w+\}|\d+(?:[,.]\d+)*%?|[零一二两三四五六七八九十百千万几]+(?=多?[元块])|[一二两三四五六七八九几]+[百千万][零一二三四五六七八九十百千]*|[×x]+(?=[元块月日天期]))"
    r"|(?P<ellipsis>\.{3,}|…+)"
    r"|(?P<character>[\u3400-\u9fff])"
    r"|(?P<end>[。！？!?;\n]+|(?<!\.[\u3400-\u9fff])\.(?=\s|$|[\"“”]|[\u3400-\u9fff](?!\.)))"
    r"|(?P<aside>[:(])"
    r"|(?P<pause>(?<![,、][\u3400-\u9fff])[,、](?![\u3400-\u9fff][,、])|[)—\[\]]|\s[-–]\s)"
)
SEPARATORS = re.compile(r"[ .*_-]")
PLACEHOLDERS = ("x", "y", "n", "xx", "xxx")
SHORT = {
    "won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not", "let's": "let us",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "wont": "will not", "cant": "can not",
    "isnt": "is not", "havent": "have not", "youll": "you will", "youre": "you are", "youve": "you have",
    "im": "i am", "ive": "i have", "u": "you", "ur": "your", "gonna": "going to", "gotta": "have to",
    "wanna": "want to", "2": "to", "2day": "today", "2nite": "tonight", "2night": "tonight", "b4": "before",
    "2moro": "tomorrow", "2morrow": "tomorrow", "tmrw": "tomorrow", "pls": "please", "plz": "please", "r": "are",
    "ya": "you", "y'all": "you", "yall": "you", "yer": "your", "acct": "account", "pymt": "payment", "pmt": "payment",
    "bal": "balance", "immediatly": "immediately", "imediately": "immediately", "imediatly": "immediately",
    "tommorow": "tomorrow", "tomorow": "tomorrow", "payed": "paid", "recieve": "receive", "shouldnt": "should not",
    "couldnt": "could not", "wouldnt": "would not", "hasnt": "has not", "wasnt": "was not", "arent": "are not",
    "gotcha": "got you", "gimme": "give me", "lemme": "let me", "dunno": "do not know", "outta": "out of",
    "hafta": "have to", "oughta": "ought to", "imma": "i will", "garantee": "guarantee", "gaurantee": "guarantee",
    "guarentee": "guarantee", "guarenteed": "guaranteed", "garanteed": "guaranteed", "arest": "arrest",
    "arested": "arrested", "polise": "police", "loosers": "loser", "looser": "loser", "definately": "definitely",
    "definitly": "definitely", "theyll": "they will", "theyre": "they are", "thats": "that is", "ain't": "is not",
}  # fmt: skip
ENDINGS = {"n't": "not", "'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would", "'s": "'s"}
IRREGULAR = {
    "paid": "pay", "sent": "send", "sold": "sell", "went": "go", "gone": "go", "got": "get", "told": "tell",
    "said": "say", "lent": "lend", "lost": "lose", "owed": "owe", "knew": "know", "known": "know", "meant": "mean",
    "chose": "choose", "chosen": "choose", "kept": "keep", "made": "make", "took": "take", "taken": "take",
    "came": "come", "gave": "give", "given": "give", "spent": "spend", "spoke": "speak", "spoken": "speak",
    "fought": "fight", "begged": "beg", "ran": "run", "hid": "hide", "lying": "lie", "dying": "die", "is": "be",
    "are": "be", "am": "be", "was": "be", "were": "be", "been": "be", "being": "be", "has": "have", "had": "have",
    "does": "do", "did": "do", "done": "do", "wives": "wife", "felt": "feel", "thought": "think", "heard": "hear",
    "broke": "break", "broken": "break", "bent": "bend", "stuck": "stick", "families": "family", "sued": "sue",
}  # fmt: skip


class Unit(NamedTuple):
    """One unit: the forms it is looked up by, where it is in the folded text, and the pause before it."""

    forms: tuple[str, ...]
    start: int
    end: int
    pause: int


def cut(text: str) -> tuple[Unit, ...]:
    """The units of a folded text, in order."""
    units: list[Unit] = []
    pause = 2
    for token in TOKEN.finditer(text):
        kind, start, end = token.lastgroup, token.start(), token.end()
        if kind == "end":
            pause = 2
        elif kind == "pause":
            pause = max(pause, 1)
        elif kind == "character":
            units.append(Unit((token.group(),), start, end, pause))
            pause = 0
        else:
            for forms in _forms(kind or "", token.group()):
                units.append(Unit(forms, start, end, pause))
                pause = 0
            if kind == "aside":
                pause = 1
    return tuple(units)


def _forms(kind: str, shown: str) -> tuple[tuple[str, ...], ...]:
    if kind == "word":
        return _word(shown)
    if kind == "spelled":
        return _word(SEPARATORS.sub("", shown))
    if kind == "number":
        return ((NUMBER, PERCENT, shown) if shown.endswith("%") else (NUMBER,),)
    return ((ELLIPSIS if kind == "ellipsis" else shown,),)


@lru_cache(maxsize=16_384)
def _word(word: str) -> tuple[tuple[str, ...], ...]:
    """One English word, or the two that a short form stands for, each with what it may be a form of."""
    if word in SHORT:
        return tuple(forms(part) for part in SHORT[word].split())
    for ending, meant in ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return forms(word.removesuffix(ending)), forms(meant)
    return (forms(word),)


def forms(word: str) -> tuple[str, ...]:
    """A word as it stands (`=word`) and every word it may be an inflection of; the lexicon decides which exists."""
    found = {word, f"={word}"}
    if word in PLACEHOLDERS:
        found.add(NUMBER)
    if word in IRREGULAR:
        found.add(IRREGULAR[word])
    for ending, replacements in (
        ("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ied", ("y",)), ("ed", ("", "e")), ("ing", ("", "e")),
    ):  # fmt: skip
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word.removesuffix(ending)
            found.update(stem + replacement for replacement in replacements)
            if ending in ("ed", "ing") and stem[-1] == stem[-2]:
                found.add(stem[:-1])
    return tuple(sorted(found))
