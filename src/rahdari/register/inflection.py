"""Inflection: a name's forms in a language that declines names, by the endings that the language's table holds."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib import resources

CASES = ("genitive", "dative", "accusative", "instrumental", "prepositional")
# The row whose forms are those of an adjective, the nominative's ending first.
ADJECTIVE = "adjective"
INDECLINABLE = frozenset("\u2019'()-.")


@cache
def _endings(code: str) -> tuple[dict[str, str], ...]:
    """The rows of a language's `endings.csv`, the longest ending first; none where the language declines no names."""
    table = resources.files("rahdari.register") / "lexicon" / code / "endings.csv"
    if not table.is_file():
        return ()
    rows = csv.DictReader(io.StringIO(table.read_text(encoding="utf-8")))
    return tuple(sorted(rows, key=lambda row: -len(row["ending"])))


def inflect(name: str, code: str) -> tuple[str, ...]:
    """The forms of a name besides the nominative, each once; all words of a longer name decline together.

    Where an ending declines in several ways ("-ь" is of two genders) all are given: a form that nobody writes does
    no harm.
    """
    if not _endings(code) or any(word[-1] in INDECLINABLE or "(" in word for word in name.split()):
        return ()
    declined = [_decline(word, code) for word in name.split()]
    forms = (
        " ".join(word[min(variant, len(word) - 1)][case] for word in declined)
        for case in range(len(CASES))
        for variant in range(max(len(word) for word in declined))
    )
    return tuple(form for form in dict.fromkeys(forms) if form != name)


def inflect_adjective(name: str, code: str) -> tuple[str, ...]:
    """The forms of a country's adjective in all genders and cases, with a small letter and a capital."""
    ends = [row for row in _endings(code) if row["ending"] == ADJECTIVE]
    if not ends or not name.endswith(ends[0]["genitive"].split("|")[0]):
        return ()
    endings = ends[0]["genitive"].split("|")
    stem = name[: -len(endings[0])]
    forms = [stem + ending for ending in endings]
    return tuple(dict.fromkeys((*forms, *(form.capitalize() for form in forms))))


def _decline(word: str, code: str) -> list[tuple[str, ...]]:
    """A word's declensions, five forms each; the word itself where it does not decline."""
    fitting = [row for row in _endings(code) if word.casefold().endswith(row["ending"])]
    if not fitting or not word[0].isupper():
        return [(word,) * len(CASES)]
    longest = len(fitting[0]["ending"])
    return [
        tuple(word[: len(word) - int(row["cut"])] + row[case] for case in CASES)
        for row in fitting
        if len(row["ending"]) == longest
    ]
