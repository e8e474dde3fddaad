"""Scoring: how well the reading finds the commitments that a person marked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rahdari.exceptions import Fault, FaultyInput, Where
from rahdari.register.commitment import Commitment
from rahdari.register.gazetteer import load_gazetteer
from rahdari.register.lexicon import known_lexicons, load_lexicon
from rahdari.register.phrases import tokenize

# Two spans are one where they share at least half of the characters that either covers.
LEAST_OVERLAP = 0.5
VALUE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class GoldCommitment:
    """A commitment that a person marked; `spans` holds its quote's span and those of its other mentions."""

    quote: str
    spans: tuple[tuple[int, int], ...]
    parties: frozenset[str]
    kinds: frozenset[str]
    statuses: frozenset[str]
    value: float | None
    unit: str | None
    baseline: float | None
    deadline: str | None
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A marked commitment with the one found for it, and which fields agree."""

    gold: GoldCommitment
    found: Commitment
    agrees: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of a reading against marked commitments; `matches` pairs them one to one."""

    matches: tuple[Match, ...]
    missed: tuple[GoldCommitment, ...]
    extra: tuple[Commitment, ...]

    @property
    def precision(self) -> float:
        """Share of what was found that a person marked too; 1 where nothing was found."""
        found = len(self.matches) + len(self.extra)
        return len(self.matches) / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what a person marked that was found; 1 where nothing was marked."""
        marked = len(self.matches) + len(self.missed)
        return len(self.matches) / marked if marked else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def accuracy(self, field: str) -> float:
        """Share of the matches whose field agrees; 1 without matches."""
        return sum(match.agrees[field] for match in self.matches) / len(self.matches) if self.matches else 1.0


FIELDS = ("kind", "status", "value", "unit", "baseline", "deadline", "places", "parties", "quote")


def read_gold(path: Path, text: str) -> tuple[GoldCommitment, ...]:
    """The marked commitments of a JSON Lines file whose quotes stand in `text`; every fault of the file at once."""
    gold: list[GoldCommitment] = []
    faults: list[Fault] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            gold.append(_gold(json.loads(line), text))
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            faults.append(Fault(f"not a marked commitment: {error}", Where(path.name, number)))
    if faults:
        raise FaultyInput(faults, kind="faulty-gold")
    return tuple(gold)


def _gold(raw: dict[str, Any], text: str) -> GoldCommitment:
    quotes = [raw["quote"], *raw.get("dup_quotes", [])]
    missing = [quote for quote in quotes if quote not in text]
    if missing:
        raise ValueError(f"quote not in the document: {missing[0]!r}")
    return GoldCommitment(
        quote=raw["quote"],
        spans=tuple((text.index(quote), text.index(quote) + len(quote)) for quote in quotes),
        parties=frozenset(raw["parties"]),
        kinds=frozenset([raw["kind"], *raw.get("alt_kinds", [])]),
        statuses=frozenset([raw["status"], *raw.get("alt_status", [])]),
        value=raw.get("value"),
        unit=raw.get("unit"),
        baseline=raw.get("baseline"),
        deadline=raw.get("deadline"),
        places=frozenset(raw.get("places", [])),
    )


def score_commitments(gold: Sequence[GoldCommitment], found: Sequence[Commitment]) -> Score:
    """The pairing of marked and found commitments: greatest overlap first, one to one, agreeing fields break ties."""
    pairs = [
        (_overlap(marked, commitment), sum(_agreement(marked, commitment).values()), g, f)
        for g, marked in enumerate(gold)
        for f, commitment in enumerate(found)
    ]
    matched: dict[int, int] = {}
    for overlap, _, g, f in sorted(pairs, key=lambda pair: (-round(pair[0], 6), -pair[1], pair[2], pair[3])):
        if overlap >= LEAST_OVERLAP and g not in matched and f not in matched.values():
            matched[g] = f
    matches = tuple(Match(gold[g], found[f], _agreement(gold[g], found[f])) for g, f in sorted(matched.items()))
    missed = tuple(marked for g, marked in enumerate(gold) if g not in matched)
    extra = tuple(commitment for f, commitment in enumerate(found) if f not in matched.values())
    return Score(matches, missed, extra)


def _overlap(marked: GoldCommitment, commitment: Commitment) -> float:
    spans = [(commitment.start, commitment.end), *((m.start, m.end) for m in commitment.mentions)]
    return max(_shared(span, other) for span in marked.spans for other in spans)


def _shared(left: tuple[int, int], right: tuple[int, int]) -> float:
    both = min(left[1], right[1]) - max(left[0], right[0])
    either = max(left[1], right[1]) - min(left[0], right[0])
    return both / either if both > 0 else 0.0


def _agreement(marked: GoldCommitment, commitment: Commitment) -> dict[str, bool]:
    return {
        "kind": commitment.kind in marked.kinds,
        "status": commitment.status in marked.statuses,
        "value": _equal(marked.value, commitment.value),
        "unit": _unit_name(marked.unit) == _unit_name(commitment.unit),
        "baseline": _equal(marked.baseline, commitment.baseline),
        "deadline": marked.deadline == (commitment.deadline.text if commitment.deadline else None),
        "places": _place_labels(marked.places) == _place_labels(frozenset(commitment.places)),
        "parties": marked.parties == frozenset(commitment.parties),
        "quote": marked.quote == commitment.quote,
    }


def _place_labels(places: frozenset[str]) -> frozenset[str]:
    """Places by the one name that a gazetteer gives them: a marker may keep the case ending that the text has.

    "Самарканде" and "Самарканд" are one place; names that no table knows are compared as written.
    """
    return frozenset(_place_label(place) for place in places)


def _place_label(place: str) -> str:
    tokens = tokenize(place, 0, len(place))
    for code in known_lexicons() if tokens else ():
        if load_lexicon(code).places.inflected:
            found = load_gazetteer(code).find(tokens, place)
            if len(found) == 1 and found[0].last == len(tokens):
                return found[0].name.label
    return place


def _unit_name(unit: str | None) -> str | None:
    """The name that the lexicons give a unit: "megawatts" and "MW", "тонн" and "tonnes" are one."""
    tokens = tokenize(unit, 0, len(unit)) if unit else ()
    for code in known_lexicons() if tokens else ():
        for hit in load_lexicon(code).numbers.units.find_at(tokens, 0, len(tokens)):
            if hit.last == len(tokens):
                return hit.entry.name
    return unit


def _equal(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return abs(left - right) <= VALUE_TOLERANCE * max(abs(left), abs(right), 1.0)


def pool_scores(scores: Iterable[Score]) -> Score:
    """One score of several documents: all their matches, misses and extras together."""
    pooled = tuple(scores)
    return Score(
        tuple(match for score in pooled for match in score.matches),
        tuple(marked for score in pooled for marked in score.missed),
        tuple(commitment for score in pooled for commitment in score.extra),
    )
