"""Lexicons: a language's tables, read from `lexicon/<code>/` and compiled once."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from rahdari.documents.languages import load_language
from rahdari.exceptions import InputFault
from rahdari.register.phrases import PhraseTable


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words by which a status is known; `needs` and `subject` say what else the clause must hold."""

    status: str
    strength: int
    subject: str
    needs: str
    near: bool
    headline: bool
    opening: bool
    unaided: str | None


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that speaks for a kind, with its weight."""

    kind: str
    weight: float


@dataclass(frozen=True, slots=True)
class DeadlineShape:
    """How a deadline's words are read; one that is not `firm` counts only for what is still to come.

    `tail`: what it is the deadline of belongs to its words; `alone`: it counts only between marks, as in a cell.
    """

    reading: str
    firm: bool
    tail: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's name and how many of it one of the words' is: "bcm" is 1e9 cubic metres."""

    name: str
    factor: float


@dataclass(frozen=True, slots=True)
class NumberWords:
    """What numerals, scales, currencies and units are called."""

    decimal: str
    thousands: str
    words: dict[str, float]
    scales: dict[str, float]
    multipliers: dict[str, float]
    not_multiplied: frozenset[str]
    fold: PhraseTable[str]
    rates: PhraseTable[str]
    multiplied: PhraseTable[str]
    fractions: PhraseTable[float]
    joiners: frozenset[str]
    articles: frozenset[str]
    joined_rates: frozenset[str]
    and_half: PhraseTable[str]
    range_to: frozenset[str]
    range_and: frozenset[str]
    between: frozenset[str]
    known_after: frozenset[str]
    noun_ends: frozenset[str]
    head_first: bool
    comparators: PhraseTable[str]
    currencies: PhraseTable[str]
    units: PhraseTable[Unit]
    unit_names: frozenset[str]
    shared_currencies: dict[str, dict[str, str]]
    not_counted: frozenset[str]
    baseline_before: PhraseTable[str]
    baseline_after: PhraseTable[str]
    counted_before: PhraseTable[str]
    changed_to: frozenset[str]
    changed_from: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The words around a name by which it is a place; `inflected`: places are told by their nominative."""

    heads_before: PhraseTable[str]
    heads_after: PhraseTable[str]
    line_nouns: PhraseTable[str]
    lower_heads: frozenset[str]
    proper_before: frozenset[str]
    proper_after: frozenset[str]
    line_prepositions: frozenset[str]
    chain_prepositions: frozenset[str]
    particles: frozenset[str]
    directions: frozenset[str]
    deeds_of: frozenset[str]
    grounds: frozenset[str]
    office_prepositions: frozenset[str]
    not_places: frozenset[str]
    inflected: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that the engine knows of one language."""

    code: str
    triggers: PhraseTable[Trigger]
    sections: PhraseTable[str]
    blocked_after: frozenset[str]
    auxiliaries: frozenset[str]
    passive_after: frozenset[str]
    cues: PhraseTable[Cue]
    kind_order: tuple[str, ...]
    least_score: float
    before_trigger: float
    heading: float
    sectors: PhraseTable[str]
    numbers: NumberWords
    deadlines: PhraseTable[DeadlineShape]
    lone_deadlines: PhraseTable[DeadlineShape]
    unit_of: dict[str, str]
    ordinal_of: dict[str, int]
    season_of: dict[str, int]
    deadline_words: dict[str, frozenset[str]]
    month_of: dict[str, int]
    actors: PhraseTable[str]
    outsiders: PhraseTable[str]
    prepositions: frozenset[str]
    possessives: frozenset[str]
    trilateral: PhraseTable[str]
    places: PlaceWords
    words: dict[str, frozenset[str]]
    signs: PhraseTable[str]

    def is_past(self, word: str) -> bool:
        """Whether a word looks like a verb's past ("reached"): its end is regular, and it is no adjective."""
        return word.endswith(tuple(self.words["participle_ends"])) and word not in self.words["adjectives"]

    def is_adverb(self, word: str) -> bool:
        """Whether a word may stand between a subject and its verb."""
        regular = word.endswith(tuple(self.words["adverb_ends"])) and word not in self.words["not_adverbs"]
        return regular or word in self.words["adverbs"]


# Single words and phrases of `clauses.toml`, by the name of their list.
WORD_LISTS = (
    "coordinators",
    "subordinators",
    "adverbs",
    "adverb_ends",
    "not_adverbs",
    "actions",
    "effects",
    "subjectless_deeds",
    "deeds_after_be",
    "not_deeds",
    "participle_ends",
    "adjectives",
    "purposes",
    "negations",
    "openers",
    "modals",
    "doubts",
    "was",
    "states_of_being",
    "deed_columns",
    "participle_marks",
    "postmodifiers",
    "duties",
    "tails",
    "deadline_labels",
    "owner_labels",
    "agents",
    "infinitive_marks",
    "pronouns",
    "before_infinitives",
    "conditionals",
    "function_words",
    "determiners",
    "relatives",
    "place_prepositions",
    "unknown_place_prepositions",
    "object_prepositions",
    "year_prepositions",
)
# Single words of `places.toml`, by the name of their list.
PLACE_LISTS = (
    "lower_heads",
    "proper_before",
    "proper_after",
    "line_prepositions",
    "chain_prepositions",
    "particles",
    "directions",
    "deeds_of",
    "grounds",
    "office_prepositions",
    "not_places",
)
# Single words of `deadlines.toml`, by the name of their list.
DEADLINE_LISTS = ("validity", "validity_leads", "tail_links", "tail_endings", "tail_inner", "abbreviations")
SIGN_LISTS = (
    "history",
    "states",
    "domestic",
    "final_clauses",
    "list_leads",
    "retold",
    "vague",
    "speech",
    "opinion",
    "list_openers",
    "stock",
    "events",
    "awards",
    "instruments",
    "occasions",
    "sittings",
    "lines",
    "line_verbs",
    "commercial",
    "anaphora",
)


def _folder() -> Traversable:
    return resources.files("rahdari.register") / "lexicon"


@cache
def known_lexicons() -> tuple[str, ...]:
    """The codes of the languages that have a lexicon, sorted."""
    return tuple(sorted(entry.name for entry in _folder().iterdir() if entry.is_dir() and len(entry.name) == 2))


def read_rows(code: str, name: str) -> list[dict[str, str]]:
    """The rows of one of a lexicon's CSV tables."""
    return list(csv.DictReader(io.StringIO((_folder() / code / name).read_text(encoding="utf-8"))))


def _read(code: str, name: str) -> dict[str, Any]:
    return tomllib.loads((_folder() / code / name).read_text(encoding="utf-8"))


def _named(lists: dict[str, Any], names: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
    for name in names if names is not None else lists:
        yield from ((phrase, name) for phrase in lists[name])


@cache
def load_lexicon(code: str) -> Lexicon:
    """The compiled lexicon of a language; a language without one is the user's to mend."""
    if code not in known_lexicons():
        known = ", ".join(known_lexicons())
        raise InputFault(
            f"There is no lexicon for language {code!r}; there is one for: {known}.",
            kind="unknown-language",
            suggestions=known_lexicons(),
        )
    statuses, kinds, clauses = _read(code, "statuses.toml"), _read(code, "kinds.toml"), _read(code, "clauses.toml")
    actors, deadlines = _read(code, "actors.toml"), _read(code, "deadlines.toml")
    months = dict(load_language(code).months)
    slots = _slots(deadlines, months, _read(code, "numbers.toml"))
    cues = {kind: table for kind, table in kinds.items() if isinstance(table, dict) and kind != "sectors"}
    return Lexicon(
        code=code,
        triggers=PhraseTable(_triggers(statuses), slots={"action": frozenset(clauses["actions"])}),
        sections=PhraseTable(_named(statuses["sections"])),
        blocked_after=frozenset(statuses["blocked_after"]),
        auxiliaries=frozenset(statuses["auxiliaries"]),
        passive_after=frozenset(statuses["passive_after"]),
        cues=PhraseTable(_cues(cues)),
        kind_order=tuple(cues),
        least_score=float(kinds["least_score"]),
        before_trigger=float(kinds["before_trigger"]),
        heading=float(kinds["heading"]),
        sectors=PhraseTable(_named(kinds["sectors"])),
        numbers=_number_words(_read(code, "numbers.toml")),
        deadlines=PhraseTable(_deadlines(deadlines, alone=False), slots=slots),
        lone_deadlines=PhraseTable(_deadlines(deadlines, alone=True), slots=slots),
        unit_of={word: unit for unit, words in deadlines["units"].items() for word in words},
        ordinal_of={**deadlines["ordinals"], **deadlines["quarters"], **deadlines["halves"]},
        season_of=dict(deadlines["seasons"]),
        deadline_words={name: frozenset(deadlines[name]) for name in DEADLINE_LISTS},
        month_of=months,
        actors=PhraseTable(_named(actors, ("joint", "roles", "tellers"))),
        outsiders=PhraseTable(_named(actors, ("outsiders",))),
        prepositions=frozenset(actors["prepositions"]),
        possessives=frozenset(actors["possessives"]),
        trilateral=PhraseTable(_named(actors, ("trilateral",))),
        places=_place_words(_read(code, "places.toml")),
        words={name: frozenset(clauses[name]) for name in WORD_LISTS},
        signs=PhraseTable(_named(clauses, SIGN_LISTS)),
    )


def _triggers(statuses: dict[str, Any]) -> Iterator[tuple[str, Trigger]]:
    for raw in statuses["trigger"]:
        trigger = Trigger(
            status=raw["status"],
            strength=int(raw["strength"]),
            subject=raw["subject"],
            needs=raw["needs"],
            near=bool(raw.get("near", False)),
            headline=bool(raw.get("headline", False)),
            opening=bool(raw.get("opening", False)),
            unaided=raw.get("unaided"),
        )
        yield from ((phrase, trigger) for phrase in raw["phrases"])


def _cues(kinds: dict[str, Any]) -> Iterator[tuple[str, Cue]]:
    for kind, weights in kinds.items():
        for weight, phrases in weights.items():
            yield from ((phrase, Cue(kind, float(weight))) for phrase in phrases)


def _deadlines(raw: dict[str, Any], *, alone: bool) -> Iterator[tuple[str, DeadlineShape]]:
    """The phrases of each shape, its bodies after every lead of the lists that it names, or those that stand alone."""
    for shape in raw["deadline"]:
        tail, firm = bool(shape.get("tail")), shape.get("firm", True)
        bodies, reading = shape.get("bodies", ()), shape["reading"]
        if alone:
            entry = DeadlineShape(reading, firm=True, tail=tail, alone=True)
            yield from ((body, entry) for body in bodies if shape.get("alone"))
            continue
        yield from ((phrase, DeadlineShape(reading, bool(firm), tail, alone)) for phrase in shape.get("phrases", ()))
        for lists, certain in ((firm if isinstance(firm, list) else (), True), (shape.get("loose", ()), False)):
            entry = DeadlineShape(reading, certain, tail, alone)
            leads = (lead for name in lists for lead in raw["leads"][name])
            yield from ((f"{lead} {body}", entry) for lead in leads for body in bodies)


def _slots(deadlines: dict[str, Any], months: dict[str, int], numbers: dict[str, Any]) -> dict[str, frozenset[str]]:
    return {
        "unit": frozenset(word for words in deadlines["units"].values() for word in words),
        "single": frozenset(deadlines["single_units"]),
        "ordinal": frozenset(deadlines["ordinals"]),
        "quarter": frozenset(deadlines["quarters"]),
        "half": frozenset(deadlines["halves"]),
        "season": frozenset(deadlines["seasons"]),
        "month": frozenset(months),
        "number": frozenset(numbers["words"]),
    }


def _place_words(raw: dict[str, Any]) -> PlaceWords:
    return PlaceWords(
        heads_before=PhraseTable(_named(raw, ("heads_before",))),
        heads_after=PhraseTable(_named(raw, ("heads_after",))),
        line_nouns=PhraseTable(_named(raw, ("line_nouns",))),
        inflected=bool(raw["inflected"]),
        **{name: frozenset(raw[name]) for name in PLACE_LISTS},
    )


def _units(raw: dict[str, list[str]]) -> Iterator[tuple[str, Unit]]:
    """The phrases of each unit; "1e9 cubic metres" names the unit after its factor."""
    for key, phrases in raw.items():
        factor, _, name = key.partition(" ")
        unit = Unit(name, float(factor)) if factor[0].isdecimal() else Unit(key, 1.0)
        yield from ((phrase, unit) for phrase in phrases)


def _number_words(raw: dict[str, Any]) -> NumberWords:
    return NumberWords(
        decimal=raw["decimal"],
        thousands=raw["thousands"],
        words={word: float(value) for word, value in raw["words"].items()},
        scales={word: float(value) for word, value in raw["scales"].items()},
        multipliers={word: float(value) for word, value in raw["multipliers"].items()},
        not_multiplied=frozenset(raw["fold"]["not_before"]),
        fold=PhraseTable(_named(raw["fold"], ("words",))),
        rates=PhraseTable(_named(raw["fold"], ("rates",))),
        multiplied=PhraseTable(_named(raw["fold"], ("before",))),
        fractions=PhraseTable(
            (phrase, float(share)) for share, phrases in raw["fractions"].items() for phrase in phrases
        ),
        joiners=frozenset(raw["joiners"]["words"]),
        articles=frozenset(raw["joiners"]["articles"]),
        joined_rates=frozenset(raw["joiners"]["rates"]),
        and_half=PhraseTable(_named(raw["joiners"], ("and_half",))),
        range_to=frozenset(raw["ranges"]["to"]),
        range_and=frozenset(raw["ranges"]["and"]),
        between=frozenset(raw["ranges"]["between"]),
        known_after=frozenset(raw["nouns"]["known_after"]),
        noun_ends=frozenset(raw["nouns"]["ends"]),
        head_first=bool(raw["nouns"]["head_first"]),
        comparators=PhraseTable(_named(raw["comparators"])),
        currencies=PhraseTable(_named(raw["currencies"])),
        units=PhraseTable(_units(raw["units"])),
        unit_names=frozenset(unit.name for _, unit in _units(raw["units"])),
        shared_currencies={name: dict(codes) for name, codes in raw["shared_currencies"].items()},
        not_counted=frozenset(raw["not_counted"]["words"]),
        baseline_before=PhraseTable(_named(raw["baseline"], ("before",))),
        baseline_after=PhraseTable(_named(raw["baseline"], ("after",))),
        counted_before=PhraseTable(_named(raw["change"], ("counted", "anaphora"))),
        changed_to=frozenset(raw["change"]["to"]),
        changed_from=frozenset(raw["change"]["from"]),
    )
