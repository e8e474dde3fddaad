"""Languages: the small tables that splitting and dating a text need, one TOML file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

# Running English holds 30-45 % of the frequent words listed, Russian 20-30 %, headlines about 10 %; other languages
# stay below 4 %.
LEAST_SHARE = 0.06
# Below this many words a share says little: one frequent word, or none of another script, must do.
FEW_WORDS = 25
# Names keep their letters in a text of another language; more words than these do not.
MOST_STRANGE = 0.05

WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Language:
    """What the documents room knows of one language; every word is lower case but `sentence_starters`."""

    code: str
    frequent_words: frozenset[str]
    abbreviations: frozenset[str]
    open_abbreviations: frozenset[str]
    sentence_starters: frozenset[str]
    closing_words: tuple[str, ...]
    meeting_words: tuple[str, ...]
    months: tuple[tuple[str, int], ...]
    foreign_letters: frozenset[str]


@cache
def known_languages() -> tuple[str, ...]:
    """The codes (ISO 639-1) of the languages that have a table, sorted."""
    folder = resources.files("rahdari.documents") / "lexicon"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def load_language(code: str) -> Language:
    """The table of one language."""
    raw = tomllib.loads((resources.files("rahdari.documents") / "lexicon" / f"{code}.toml").read_text(encoding="utf-8"))
    return Language(
        code=code,
        frequent_words=frozenset(raw["frequent_words"]),
        abbreviations=frozenset(raw["abbreviations"]),
        open_abbreviations=frozenset(raw["open_abbreviations"]),
        sentence_starters=frozenset(raw["sentence_starters"]),
        closing_words=tuple(raw["closing_words"]),
        meeting_words=tuple(raw["meeting_words"]),
        months=tuple((name, int(number)) for name, number in raw["months"].items()),
        foreign_letters=frozenset(raw.get("foreign_letters", "")),
    )


def _share(language: Language, words: Sequence[str]) -> float:
    """The share of a language's frequent words; 0 where the text is written with letters that the language lacks."""
    if language.foreign_letters:
        strange = sum(not language.foreign_letters.isdisjoint(word) for word in words)
        if strange > MOST_STRANGE * len(words):
            return 0.0
    return sum(word in language.frequent_words for word in words) / len(words)


def detect_language(text: str) -> str | None:
    """The code of the language whose frequent words the text holds most of; None where no known language fits."""
    words = [word.casefold() for word in WORD.findall(text[:40_000])]
    if not words:
        return None
    shares = {code: _share(load_language(code), words) for code in known_languages()}
    best = max(shares, key=lambda code: shares[code])
    if shares[best] >= LEAST_SHARE:
        return best
    latin = sum(word.isascii() for word in words) >= 0.9 * len(words)
    return best if latin and len(words) < FEW_WORDS else None
