"""Sources, numbered in the order in which the page cites them, and addresses that are safe to link."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from rahdari.case import Case
from rahdari.claims import Source
from rahdari.report.words import Words

# An id of a source is one word with hyphens; one without a digit may be an ordinary word.
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference in the text: the number of a source, and what a reader sees on pointing at it."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One line of the list of sources; `url` is empty where there is no safe address."""

    number: int
    id: str
    title: str
    publisher: str
    date: str
    url: str
    use: str
    note: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a note, and the sources that it names right after."""

    text: str
    citations: tuple[Citation, ...]


class Citations:
    """Numbers sources as the page's parts cite them; lives only while one page is built."""

    def __init__(self, case: Case, say: Words) -> None:
        self._sources: Mapping[str, Source] = case.sources
        self._numbers: dict[str, int] = {}
        self._uses = count_uses(case)
        self._say = say

    def cite(self, ids: Iterable[str]) -> tuple[Citation, ...]:
        """The references for these sources; an id that the case does not list is shown by itself."""
        cited = []
        for name in dict.fromkeys(ids):
            if name:
                number = self._numbers.setdefault(name, len(self._numbers) + 1)
                source = self._sources.get(name)
                cited.append(Citation(number, name if source is None else source.title))
        return tuple(cited)

    def weave(self, note: str) -> tuple[Passage, ...]:
        """The note with each source id that stands in it made a reference."""
        passages = []
        start = 0
        for match in _WORD.finditer(note):
            if match[0] in self._sources and _DIGIT.search(match[0]):
                passages.append(Passage(note[start : match.start()], self.cite([match[0]])))
                start = match.end()
        if note[start:]:
            passages.append(Passage(note[start:], ()))
        return tuple(passages)

    def cited(self) -> tuple[SourceEntry, ...]:
        """Every source that was cited, by number."""
        return tuple(self._entry(name, number) for name, number in self._numbers.items())

    def others(self) -> tuple[SourceEntry, ...]:
        """Sources behind figures of the case that the page does not cite one by one, in the case's order."""
        return tuple(self._entry(name, 0) for name in self._sources if name not in self._numbers and name in self._uses)

    def _entry(self, name: str, number: int) -> SourceEntry:
        source = self._sources.get(name)
        uses = self._uses.get(name, Counter())
        words = ", ".join(
            self._say("sources.use", strength=strength, count=count) for strength, count in sorted(uses.items())
        )
        if source is None:
            return SourceEntry(number, name, name, "", "", "", words, self._say("sources.missing"))
        return SourceEntry(
            number, name, source.title, source.publisher, source.date, safe_url(source.url), words, source.note
        )


def count_uses(case: Case) -> dict[str, Counter[str]]:
    """How often each source is used, by strength: in claims, in the register and in the states of the network."""
    register = case.register
    rows: list[tuple[str, str]] = [(claim.source, claim.strength) for claim in case.claims]
    for entries in (
        register.commitments,
        register.instruments,
        register.working_groups,
        register.milestones,
        register.events,
        register.past_targets,
        case.network.states,
        case.network.closures,
        case.measures,
    ):
        rows += [(entry.source, entry.strength) for entry in entries]
    found: dict[str, Counter[str]] = {}
    for source, strength in rows:
        found.setdefault(source, Counter())[strength] += 1
    return found


def safe_url(url: str) -> str:
    """The address where it is a web page's (http or https with a host), else an empty text."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
