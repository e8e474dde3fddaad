"""Sentences: each sentence of a document with all that the lexicon finds in it, before anything is decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rahdari.documents.document import Document, Passage, PassageKind
from rahdari.register.changes import find_quantities
from rahdari.register.deadlines import DeadlineHit, find_deadlines
from rahdari.register.gazetteer import Gazetteer, NameHit, NameKind
from rahdari.register.lexicon import Cue, Lexicon, Trigger
from rahdari.register.numbers import Quantity
from rahdari.register.phrases import Hit, Token, tokenize
from rahdari.register.placenames import with_unknown_places

# A sentence of more words is a table or a page without full stops: it is read in pieces of this many.
LONGEST_SENTENCE = 400
# A document is read so many sentences at a time; a book has some 5,000.
WINDOW = 4000
# A longer list of countries is a list, not a subject.
LONGEST_LIST = 12
JOINT = "joint"
TELLER = "tellers"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who can promise, as a token range; `code` is a country's, `joint` says that both sides are meant.

    A `teller` is what both adopted or held: a declaration calls for something, and does nothing itself.
    """

    first: int
    last: int
    code: str | None
    joint: bool
    teller: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or heading) with its tokens and every name, number, deadline, trigger, cue and sign among them."""

    start: int
    end: int
    paragraph: int | None
    is_heading: bool
    is_item: bool
    is_row: bool
    tokens: tuple[Token, ...]
    names: tuple[NameHit, ...]
    actors: tuple[Actor, ...]
    quantities: tuple[Quantity, ...]
    deadlines: tuple[DeadlineHit, ...]
    triggers: tuple[Hit[Trigger], ...]
    cues: tuple[Hit[Cue], ...]
    sectors: tuple[Hit[str], ...]
    signs: tuple[Hit[str], ...]

    def has_sign(self, name: str, *, first: int = 0, last: int | None = None) -> bool:
        """Whether a sign of that name stands within a token range."""
        last = len(self.tokens) if last is None else last
        return any(hit.entry == name and first <= hit.first and hit.last <= last for hit in self.signs)


def read_windows(document: Document, *, lexicon: Lexicon, gazetteer: Gazetteer) -> Iterator[tuple[Sentence, ...]]:
    """The sentences and headings of a document in its order, so many at a time: memory stays bounded in a long one."""
    window: list[Sentence] = []
    for passage in document.passages:
        if passage.kind in (PassageKind.SENTENCE, PassageKind.HEADING):
            window.extend(_read_passage(document, passage, lexicon=lexicon, gazetteer=gazetteer))
        if len(window) >= WINDOW:
            yield tuple(window)
            window = []
    yield tuple(window)


def _read_passage(
    document: Document, passage: Passage, *, lexicon: Lexicon, gazetteer: Gazetteer
) -> Iterator[Sentence]:
    block = document.passages[passage.parent] if passage.parent is not None else None
    tokens = tokenize(document.text, passage.start, passage.end)
    for first in range(0, len(tokens), LONGEST_SENTENCE):
        piece = tokens[first : first + LONGEST_SENTENCE]
        whole = len(tokens) <= LONGEST_SENTENCE
        yield read_sentence(
            document.text,
            (passage.start, passage.end) if whole else (piece[0].start, piece[-1].end),
            piece,
            date=document.date,
            lexicon=lexicon,
            gazetteer=gazetteer,
            paragraph=passage.parent,
            is_heading=passage.kind is PassageKind.HEADING,
            is_item=block is not None and block.kind is PassageKind.ITEM,
            is_row=block is not None and block.kind is PassageKind.ROW,
        )


def read_sentence(
    text: str,
    span: tuple[int, int],
    tokens: tuple[Token, ...],
    *,
    date: dt.date | None,
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    paragraph: int | None,
    is_heading: bool,
    is_item: bool,
    is_row: bool = False,
) -> Sentence:
    """One sentence with all that the lexicon finds in it."""
    found = gazetteer.find(tokens, text)
    ends = frozenset(hit.last for hit in found)
    names = tuple(hit for hit in found if _stands_free(hit, tokens, ends))
    names = with_unknown_places(names, tokens, text, lexicon)
    deadlines = find_deadlines(tokens, text, lexicon=lexicon, date=date)
    quantities = tuple(q for q in find_quantities(tokens, lexicon) if not _inside(q.first, q.last, deadlines))
    return Sentence(
        start=span[0],
        end=span[1],
        paragraph=paragraph,
        is_heading=is_heading,
        is_item=is_item,
        is_row=is_row,
        tokens=tokens,
        names=names,
        actors=_actors(tokens, names, lexicon),
        quantities=quantities,
        deadlines=deadlines,
        triggers=_longest_triggers(tokens, lexicon),
        cues=tuple(
            hit
            for hit in lexicon.cues.find(tokens)
            if not _in_name(hit, names) and not _inside(hit.first, hit.last, deadlines)
        ),
        sectors=tuple(lexicon.sectors.find(tokens)),
        signs=tuple(lexicon.signs.find(tokens)),
    )


def _in_name(hit: Hit[Cue], names: tuple[NameHit, ...]) -> bool:
    """Whether a cue is part of a country's, capital's or group's name ("Port Vila", "Gulf Cooperation Council")."""
    fixed = (NameKind.COUNTRY, NameKind.CAPITAL, NameKind.GROUP)
    return any(name.name.kind in fixed and name.first <= hit.first and hit.last <= name.last for name in names)


def _inside(first: int, last: int, deadlines: tuple[DeadlineHit, ...]) -> bool:
    return any(hit.first <= first and last <= hit.last for hit in deadlines)


def _stands_free(hit: NameHit, tokens: tuple[Token, ...], ends: frozenset[int]) -> bool:
    """A name glued by hyphen to a word before it that is no name ("Nishan-i-Pakistan") is part of another name."""
    return hit.first == 0 or not tokens[hit.first].after_hyphen or hit.first in ends


def _longest_triggers(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Hit[Trigger], ...]:
    """The triggers by place; where several begin at one word the longest first, then the strongest."""
    return tuple(sorted(lexicon.triggers.find(tokens), key=lambda hit: (hit.first, -hit.last, -hit.entry.strength)))


def _actors(tokens: tuple[Token, ...], names: tuple[NameHit, ...], lexicon: Lexicon) -> tuple[Actor, ...]:
    found = [
        Actor(hit.first, hit.last, None, hit.entry in (JOINT, TELLER), hit.entry == TELLER)
        for hit in lexicon.actors.find(tokens)
    ]
    for hit in names:
        following = tokens[hit.last].word if hit.last < len(tokens) else ""
        nominal = hit.name.kind in (NameKind.COUNTRY, NameKind.CAPITAL, NameKind.GROUP)
        if hit.name.kind is NameKind.CAPITAL and hit.last < len(tokens) and tokens[hit.last].raw[:1].isupper():
            continue  # "the Moscow Power Institute"
        if nominal and following not in lexicon.possessives and not tokens[hit.last - 1].before_hyphen:
            found.append(Actor(hit.first, hit.last, hit.name.code, False))
    ends = {actor.last: actor for actor in found if actor.code}
    free = (actor for actor in found if not _under_preposition(actor, ends, tokens, lexicon))
    return tuple(sorted(free, key=lambda actor: (actor.first, -actor.last)))


def _under_preposition(actor: Actor, ends: Mapping[int, Actor], tokens: tuple[Token, ...], lexicon: Lexicon) -> bool:
    """Whether the actor hangs on a preposition ("trade between the two countries"), directly or through a list."""
    position = actor.first - 1
    for _ in range(LONGEST_LIST):
        if position < 0:
            return False
        word = tokens[position].word
        if word in lexicon.words["determiners"] and position and tokens[position - 1].word in lexicon.prepositions:
            position, word = position - 1, tokens[position - 1].word
        if word in lexicon.prepositions:
            return position > 0
        listed = word in lexicon.words["coordinators"] or tokens[position].raw == ","
        if not listed or position not in ends:
            return False
        position = ends[position].first - 1
    return True
