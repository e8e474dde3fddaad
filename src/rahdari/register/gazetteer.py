"""Gazetteer: the names of countries, groups and places, and where they stand in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rahdari.register.inflection import inflect, inflect_adjective
from rahdari.register.lexicon import read_rows
from rahdari.register.phrases import Token, tokenize


class NameKind(StrEnum):
    """What a name names."""

    COUNTRY = "country"
    DEMONYM = "demonym"
    CAPITAL = "capital"
    GROUP = "group"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Name:
    """An entry of the gazetteer: `code` is ISO 3166-1 alpha-3, a group's name, or empty; `label` one spelling."""

    kind: NameKind
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name as it stands among a sentence's tokens."""

    name: Name
    first: int
    last: int


def _letter(code: int) -> str:
    """The plain letter under an accent ("ş" is "s"), the character itself where it has none."""
    base = unicodedata.normalize("NFD", chr(code))[0]
    return base if base.isascii() else PLAIN.get(chr(code), chr(code))


# Latin letters with a stroke have no accent to take off.
PLAIN = {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"}
# One letter for one letter, so that positions stay: Latin with accents, and the Russian ё.
PLAIN_LETTERS = {code: _letter(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))}
PLAIN_LETTERS |= {ord("ё"): "е", ord("Ё"): "Е", ord("’"): "'"}


def _plain(text: str) -> str:
    return text if text.isascii() else text.translate(PLAIN_LETTERS)


class Gazetteer:
    """Names indexed by their first word; the longest name that fits wins. Case matters, accents do not."""

    __slots__ = ("_by_first",)

    def __init__(self, entries: Iterable[tuple[str, Name]]) -> None:
        by_first: dict[str, list[tuple[str, Name]]] = {}
        for spelled, name in entries:
            plain = _plain(spelled)
            by_first.setdefault(_first_word(plain), []).append((plain, name))
        for names in by_first.values():
            names.sort(key=lambda entry: -len(entry[0]))
        self._by_first = by_first

    def find(self, tokens: tuple[Token, ...], text: str) -> tuple[NameHit, ...]:
        """The names among a sentence's tokens, in order and without overlap."""
        found: list[NameHit] = []
        position = 0
        while position < len(tokens):
            hit = self._at(tokens, position, text)
            if hit is not None:
                found.append(hit)
            position = hit.last if hit else position + 1
        return tuple(found)

    def _at(self, tokens: tuple[Token, ...], position: int, text: str) -> NameHit | None:
        start = tokens[position].start
        for spelled, name in self._by_first.get(_plain(tokens[position].raw), ()):
            end = start + len(spelled)
            if _plain(text[start:end]) != spelled or text[end : end + 1].isalnum() or text[end : end + 1] == "$":
                continue
            last = position + 1
            while last < len(tokens) and tokens[last].start < end:
                last += 1
            if tokens[last - 1].end == end:
                return NameHit(name, position, last)
        return None

    def with_places(self, places: Iterable[str]) -> Gazetteer:
        """A gazetteer that also knows these places (a case's nodes)."""
        known = [(spelled, name) for names in self._by_first.values() for spelled, name in names]
        spellings = {spelled for spelled, _ in known}
        extra = [
            (place, Name(NameKind.PLACE, "", place))
            for place in places
            if place.strip() and _plain(place) not in spellings
        ]
        return Gazetteer([*known, *extra])


def _first_word(spelled: str) -> str:
    return tokenize(spelled, 0, len(spelled))[0].raw


@cache
def load_gazetteer(code: str) -> Gazetteer:
    """The gazetteer of a language's names."""
    return Gazetteer([*_country_names(code), *_group_names(code), *_place_names(code)])


def _split(cell: str) -> Iterator[str]:
    yield from (part.strip() for part in cell.split("|") if part.strip())


def _country_names(code: str) -> Iterator[tuple[str, Name]]:
    for row in read_rows(code, "countries.csv"):
        country = Name(NameKind.COUNTRY, row["iso3"], row["name"])
        for spelled in (row["name"], *_split(row["aliases"])):
            for form in (spelled, *inflect(spelled, code)):
                yield form, country
                if form.isalpha() and len(form) > 3:
                    yield form.upper(), country
        demonym = Name(NameKind.DEMONYM, row["iso3"], row["name"])
        for spelled in _split(row["demonyms"]):
            yield from ((form, demonym) for form in (spelled, *inflect_adjective(spelled, code)))
        if row["capital"]:
            capital = Name(NameKind.CAPITAL, row["iso3"], row["capital"])
            for form in (row["capital"], *inflect(row["capital"], code)):
                yield form, capital
                yield form.upper(), capital


def _group_names(code: str) -> Iterator[tuple[str, Name]]:
    for row in read_rows(code, "groups.csv"):
        yield from ((spelled, Name(NameKind.GROUP, row["id"], row["id"])) for spelled in _split(row["names"]))


def _place_names(code: str) -> Iterator[tuple[str, Name]]:
    for row in read_rows(code, "places.csv"):
        place = Name(NameKind.PLACE, row["iso3"], row["name"])
        for spelled in (row["name"], *_split(row["aliases"])):
            yield from ((form, place) for form in (spelled, *inflect(spelled, code)))
