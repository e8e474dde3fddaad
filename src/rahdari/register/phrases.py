"""Phrases: the lexicon's little pattern language over the words of a sentence; time grows linearly with the words.

A phrase is a row of words: `a|b` a choice, `word*` a beginning, `word?` may be absent, `_` up to three words,
`<year>` and the like a slot. Hyphens are no words, and no phrase crosses a punctuation mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

LONGEST_GAP = 3
PREFIX_KEY = 3
HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2212")
# Letters of money or of a fiscal year that touch their figure ("Rs30bn", "FY2027") are a word of their own.
GLUED = r"(?:USD|EUR|GBP|JPY|CNY|RMB|INR|PKR|AED|SAR|NOK|SEK|KES|Rs|KSh|Tk|Rp|RM)(?=\d)"
WORD = re.compile(rf"{GLUED}|" r"\d+(?:[.,]\d+)*|[^\W\d_](?:\w|['\u2019](?!s\b)(?=[^\W\d_]))*|['\u2019]s\b|\S")

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark: its span in the document, its text and the text in lower case."""

    start: int
    end: int
    raw: str
    word: str
    after_hyphen: bool
    before_hyphen: bool

    @property
    def is_number(self) -> bool:
        """Whether the token is written in figures."""
        return self.raw[0].isdecimal()

    @property
    def is_mark(self) -> bool:
        """Whether the token is punctuation, so that no phrase runs across it."""
        return not (
            self.raw[0].isalnum()
            or self.raw[0] in "'\u2019%$\u20ac\u00a3\u00a5\u20b9\u20b8\u20bd\u20ba\u20a9\u20ab\u0e3f\u20b1\u20a6"
        )


def tokenize(text: str, start: int, end: int) -> tuple[Token, ...]:
    """The words, numbers and marks of a span; hyphens between words become flags of their neighbours."""
    found = list(WORD.finditer(text, start, end))
    tokens: list[Token] = []
    for number, match in enumerate(found):
        raw = match.group()
        if _joins(found, number):
            continue
        before = number > 0 and _joins(found, number - 1)
        after = number + 1 < len(found) and _joins(found, number + 1)
        tokens.append(Token(match.start(), match.end(), raw, raw.casefold(), before, after))
    return tuple(tokens)


def _joins(found: list[re.Match[str]], number: int) -> bool:
    if found[number].group() not in HYPHENS or not 0 < number < len(found) - 1:
        return False
    left, right = found[number - 1], found[number + 1]
    return left.end() == found[number].start() and right.start() == found[number].end() and right.group()[0].isalnum()


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: words, beginnings, a slot or a gap."""

    words: frozenset[str]
    prefixes: tuple[str, ...]
    slot: str | None
    gap: bool
    optional: bool

    def fits(self, token: Token, slots: Mapping[str, frozenset[str]]) -> bool:
        """Whether the token may stand at this place."""
        if self.slot is not None:
            return _fits_slot(self.slot, token, slots)
        return token.word in self.words or (bool(self.prefixes) and token.word.startswith(self.prefixes))


def _fits_slot(slot: str, token: Token, slots: Mapping[str, frozenset[str]]) -> bool:
    if slot == "year":
        return len(token.raw) == 4 and token.raw.isdecimal() and "1900" <= token.raw <= "2199"
    if slot == "day":
        return len(token.raw) <= 2 and token.raw.isdecimal() and 1 <= int(token.raw) <= 31
    if slot == "number" and token.is_number:
        return (
            len(token.raw) <= 4 and token.raw.replace(".", "", 1).isdecimal() and not _fits_slot("year", token, slots)
        )
    if slot in ("short", "joined"):  # the second year of "2026/27" or "2026-27"
        glued = slot == "short" or token.after_hyphen
        return glued and (_fits_slot("year", token, slots) or (len(token.raw) == 2 and token.raw.isdecimal()))
    if slot == "fiscal":
        return token.word.startswith("fy") and token.word[2:].isdecimal() and len(token.word) in (4, 6)
    return token.word in slots.get(slot, frozenset())


@dataclass(frozen=True, slots=True)
class Hit(Generic[Entry]):
    """A phrase found: the entry it belongs to, its token range and the tokens in its slots."""

    entry: Entry
    first: int
    last: int  # one past the last token
    slots: tuple[tuple[str, Token], ...]


def compile_phrase(phrase: str) -> tuple[Element, ...]:
    """The places of one phrase."""
    return tuple(_compile_element(part) for part in phrase.split())


def _compile_element(part: str) -> Element:
    optional = part.endswith("?") and len(part) > 1
    part = part.removesuffix("?") if optional else part
    if part == "_":
        return Element(frozenset(), (), None, True, optional)
    if part.startswith("<"):
        return Element(frozenset(), (), part.strip("<>"), False, optional)
    choices = [choice for whole in part.split("|") for choice in (whole,)]
    prefixes = tuple(choice[:-1] for choice in choices if choice.endswith("*"))
    return Element(frozenset(choice for choice in choices if not choice.endswith("*")), prefixes, None, False, optional)


def _without_hyphens(phrase: str) -> str:
    # "counter-terrorism" is two words to the tokenizer; a choice that holds a hyphen ends the place before the rest.
    return re.sub(r"(?<=\w)-(?=\w)", " ", phrase)


class PhraseTable(Generic[Entry]):
    """Phrases indexed by their first word, so that a sentence costs its words and not the table's size."""

    __slots__ = ("_by_prefix", "_by_slot", "_by_word", "_others", "_slots")

    def __init__(
        self, entries: Iterable[tuple[str, Entry]], *, slots: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self._slots = dict(slots or {})
        self._by_word: dict[str, list[tuple[tuple[Element, ...], Entry]]] = {}
        self._by_prefix: dict[str, list[tuple[tuple[Element, ...], Entry]]] = {}
        self._by_slot: list[tuple[tuple[Element, ...], Entry]] = []
        self._others: list[tuple[tuple[Element, ...], Entry]] = []
        for phrase, entry in entries:
            for whole in _alternatives(phrase):
                self._add(compile_phrase(whole), entry)

    def _add(self, elements: tuple[Element, ...], entry: Entry) -> None:
        first = elements[0]
        if first.optional and len(elements) > 1:
            self._add((replace(first, optional=False), *elements[1:]), entry)
            self._add(elements[1:], entry)
            return
        if first.gap:
            self._others.append((elements, entry))
            return
        if first.slot is not None:
            for word in self._slots.get(first.slot, frozenset()):
                self._by_word.setdefault(word, []).append((elements, entry))
            self._by_slot.append((elements, entry))
        for word in first.words:
            self._by_word.setdefault(word, []).append((elements, entry))
        for prefix in first.prefixes:
            self._by_prefix.setdefault(prefix[:PREFIX_KEY], []).append((elements, entry))

    def find(self, tokens: tuple[Token, ...], first: int = 0, last: int | None = None) -> Iterator[Hit[Entry]]:
        """Every phrase found in a range of tokens, in order of their beginnings; each phrase's longest reading."""
        last = len(tokens) if last is None else last
        for position in range(first, last):
            yield from self.find_at(tokens, position, last)

    def find_at(self, tokens: tuple[Token, ...], position: int, last: int) -> Iterator[Hit[Entry]]:
        """Every phrase that begins at one token."""
        word = tokens[position].word
        following = tokens[position + 1] if position + 1 < last else None
        for elements, entry in (
            *self._by_word.get(word, ()),
            *self._by_prefix.get(word[:PREFIX_KEY], ()),
            *(self._by_slot if word[0].isdecimal() or word[-1].isdecimal() else ()),
            *self._others,
        ):
            if len(elements) > 1 and not self._may_go_on(elements, following):
                continue
            found = self._match(elements, 0, tokens, position, last)
            if found is not None and found[0] > position:
                yield Hit(entry, position, found[0], found[1])

    def _may_go_on(self, elements: tuple[Element, ...], following: Token | None) -> bool:
        """Whether the word after its first may be a phrase's second; most phrases end here, cheaply."""
        second = elements[1]
        if elements[0].gap or second.gap or second.optional:
            return True
        return following is not None and second.fits(following, self._slots)

    def _match(
        self, elements: tuple[Element, ...], place: int, tokens: tuple[Token, ...], position: int, last: int
    ) -> tuple[int, tuple[tuple[str, Token], ...]] | None:
        if place == len(elements):
            return position, ()
        element = elements[place]
        if element.gap:
            return self._match_gap(elements, place, tokens, position, last)
        if position < last and element.fits(tokens[position], self._slots):
            rest = self._match(elements, place + 1, tokens, position + 1, last)
            if rest is not None:
                slot = ((element.slot, tokens[position]),) if element.slot else ()
                return rest[0], slot + rest[1]
        return self._match(elements, place + 1, tokens, position, last) if element.optional else None

    def _match_gap(
        self, elements: tuple[Element, ...], place: int, tokens: tuple[Token, ...], position: int, last: int
    ) -> tuple[int, tuple[tuple[str, Token], ...]] | None:
        for skipped in range(LONGEST_GAP + 1):
            if skipped and (position + skipped > last or tokens[position + skipped - 1].is_mark):
                return None
            found = self._match(elements, place + 1, tokens, position + skipped, last)
            if found is not None:
                return found
        return None


def _alternatives(phrase: str) -> Iterator[str]:
    """The phrase, with each choice that holds a hyphen written out as words of its own."""
    parts = phrase.split()
    for number, part in enumerate(parts):
        if "-" in part.strip("-") and not part.startswith("<"):
            for choice in part.removesuffix("?").split("|"):
                yield from _alternatives(" ".join([*parts[:number], _without_hyphens(choice), *parts[number + 1 :]]))
            if part.endswith("?"):
                yield from _alternatives(" ".join([*parts[:number], *parts[number + 1 :]]))
            return
    yield " ".join(parts)
