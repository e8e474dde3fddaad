"""Gazetteer: the names of countries, groups and places, and where they stand in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

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


class Gazetteer:
    """Names indexed by their first word; the longest name that fits wins. Upper and lower case matter."""

    __slots__ = ("_by_first",)

    def __init__(self, entries: Iterable[tuple[str, Name]]) -> None:
        by_first: dict[str, list[tuple[str, Name]]] = {}
        for spelled, name in entries:
            by_first.setdefault(_first_word(spelled), []).append((spelled, name))
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
        for spelled, name in self._by_first.get(tokens[position].raw, ()):
            end = start + len(spelled)
            if not text.startswith(spelled, start) or text[end : end + 1].isalnum() or text[end : end + 1] == "$":
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
            (place, Name(NameKind.PLACE, "", place)) for place in places if place.strip() and place not in spellings
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
        iso3, label = row["iso3"], row["name"]
        for spelled in (label, *_split(row["aliases"])):
            yield spelled, Name(NameKind.COUNTRY, iso3, label)
            if spelled.isalpha() and len(spelled) > 3:
                yield spelled.upper(), Name(NameKind.COUNTRY, iso3, label)
        yield from ((demonym, Name(NameKind.DEMONYM, iso3, label)) for demonym in _split(row["demonyms"]))
        if row["capital"]:
            yield row["capital"], Name(NameKind.CAPITAL, iso3, row["capital"])
            yield row["capital"].upper(), Name(NameKind.CAPITAL, iso3, row["capital"])


def _group_names(code: str) -> Iterator[tuple[str, Name]]:
    for row in read_rows(code, "groups.csv"):
        yield from ((spelled, Name(NameKind.GROUP, row["id"], row["id"])) for spelled in _split(row["names"]))


def _place_names(code: str) -> Iterator[tuple[str, Name]]:
    for row in read_rows(code, "places.csv"):
        for spelled in (row["name"], *_split(row["aliases"])):
            yield spelled, Name(NameKind.PLACE, row["iso3"], row["name"])
