"""Reconciliation: what several sources say of the same thing, whether they agree, and which value the rule picks.

A statement is normalised to a number (`37`), a bound (`>=30`, `<2`), a date as far as it is known (`2027-02`), a word,
or `none` where the source is silent. Silence contradicts nobody.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rahdari.documents import read_document
from rahdari.register.commitment import STATUSES, Commitment
from rahdari.register.extraction import extract_commitments
from rahdari.register.lexicon import load_lexicon
from rahdari.register.phrases import tokenize

SILENT = "none"
BOUND = re.compile(r"(>=|<=|>|<|~)?\s*(-?\d+(?:\.\d+)?(?:e\d+)?)$", re.IGNORECASE)
DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
UNBOUNDED = float("inf")
# "About 250" admits what differs by no more than this share.
ABOUT = 0.05
# From the most cautious to the strongest: where sources weigh the same, nothing is claimed that one of them denies.
CAUTION = ("discussed", "reviewed", "supported", "planned", "offered", "agreed", "signed", "achieved")
COMMITMENT_FIELDS = ("status", "value", "baseline", "deadline", "places")
# Two clauses of one kind are one promise where the shorter shares so much of its words with the longer.
SHARED_WORDS = 0.5
WORD = re.compile(r"[^\W\d_]{4,}")
COMPARATOR_SIGNS = {"at_least": ">=", "at_most": "<=", "about": "~", "exactly": ""}


class Verdict(StrEnum):
    """How the claims of a fact stand to each other."""

    AGREE = "agree"
    COMPATIBLE = "compatible"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one fact: in its own few words, and normalised."""

    fact: str
    source: str
    reported: str
    normalised: str
    strength: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with all that is claimed of it; `in_use` is the normalised claim that the rule picks, None without any."""

    fact: str
    verdict: Verdict
    in_use: str | None
    claims: tuple[Statement, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's commitments, its day and its language; `source` is its id, `strength` how far it is believed."""

    source: str
    strength: str
    date: dt.date | None
    language: str
    commitments: tuple[Commitment, ...]


def reconcile_statements(
    statements: Iterable[Statement], *, published: Mapping[str, str] | None = None
) -> tuple[Fact, ...]:
    """The facts that statements are about, in their order; `published` gives the day of each source as far as known."""
    by_fact: dict[str, list[Statement]] = {}
    for statement in statements:
        by_fact.setdefault(statement.fact, []).append(statement)
    return tuple(
        Fact(fact, judge(claims), pick(claims, published=published or {}), tuple(claims))
        for fact, claims in by_fact.items()
    )


def judge(claims: Sequence[Statement]) -> Verdict:
    """Whether claims agree (all the same), are compatible (one value satisfies all) or conflict."""
    told = list(dict.fromkeys(_canonical(claim.normalised) for claim in claims if claim.normalised != SILENT))
    if len(told) <= 1:
        return Verdict.AGREE
    return Verdict.COMPATIBLE if _have_common_value(told) else Verdict.CONFLICT


def pick(claims: Sequence[Statement], *, published: Mapping[str, str]) -> str | None:
    """The claim in use: the strongest source's; then an exact one, the one most sources give, the latest, the first.

    Of statuses that weigh the same the most cautious counts: what was said is not what happened.
    """
    told = [claim for claim in claims if claim.normalised != SILENT]
    if not told:
        return None
    counts = Counter(_canonical(claim.normalised) for claim in told)

    def rank(claim: Statement) -> tuple[str, bool, int, int]:
        words = _canonical(claim.normalised)
        caution = CAUTION.index(words) if words in CAUTION else 0
        return claim.strength, words.startswith((">", "<", "~")), caution, -counts[words]

    best = min(rank(claim) for claim in told)
    equal = [claim for claim in told if rank(claim) == best]
    return max(equal, key=lambda claim: (published.get(claim.source, ""), -told.index(claim))).normalised


def _canonical(normalised: str) -> str:
    """Equal claims in equal words: "37.0" is "37", case and spaces do not count."""
    words = " ".join(normalised.casefold().split())
    found = BOUND.fullmatch(words)
    return f"{found[1] or ''}{float(found[2]):.12g}" if found and not DAY.fullmatch(words) else words


def _have_common_value(told: Sequence[str]) -> bool:
    spans = [_span(words) for words in told]
    known = [span for span in spans if span is not None]
    if len(known) < len(told):
        return False
    # Bounds are closed: "nearly doubled" and "doubled" are one growth in two words.
    return max(low for low, _ in known) <= min(high for _, high in known)


def _span(words: str) -> tuple[float, float] | None:
    """The values that a claim admits, as a closed interval (days for dates); None for words."""
    day = DAY.fullmatch(words)
    if day and 1900 <= int(day[1]) <= 2199:
        return _days(int(day[1]), int(day[2] or 0), int(day[3] or 0))
    found = BOUND.fullmatch(words)
    if found is None:
        return None
    sign, value = found[1] or "", float(found[2])
    if sign == "~":
        return value - ABOUT * abs(value), value + ABOUT * abs(value)
    return value if sign in ("", ">", ">=") else -UNBOUNDED, value if sign in ("", "<", "<=") else UNBOUNDED


def _days(year: int, month: int, day: int) -> tuple[float, float] | None:
    try:
        low = dt.date(year, month or 1, day or 1)
        if day:
            high = low
        elif month:
            high = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        else:
            high = dt.date(year, 12, 31)
    except ValueError:  # a month or day that no calendar has: words, not a date
        return None
    return float(low.toordinal()), float(high.toordinal())


def read_reading(path: Path, *, places: Sequence[str] = ()) -> Reading:
    """The reading of a document's file, named after the file; press quoting officials (B) is assumed."""
    document = read_document(path)
    commitments = extract_commitments(document, places=places)
    return Reading(path.name, "B", document.date, document.language or "en", commitments)


def reconcile_readings(readings: Sequence[Reading]) -> tuple[Fact, ...]:
    """Facts on each promise that more than one document makes: a fact a field that any of them gives.

    A fact is named KIND-NUMBER.FIELD. A target with the same value and a later clock in a later document is marked as
    announced again. Contracts of companies are never clustered with instruments of governments.
    """
    facts: list[Fact] = []
    counts: Counter[str] = Counter()
    for cluster in cluster_commitments(readings):
        kind = cluster[0][1].kind
        counts[kind] += 1
        if len({reading.source for reading, _ in cluster}) < 2:
            continue
        published = {reading.source: reading.date.isoformat() if reading.date else "" for reading, _ in cluster}
        for name in COMMITMENT_FIELDS:
            claims = [_statement(reading, told, f"{kind}-{counts[kind]}.{name}", name) for reading, told in cluster]
            if all(claim.normalised == SILENT for claim in claims):
                continue
            note = _renewal(cluster) if name == "deadline" else ""
            facts.append(
                Fact(claims[0].fact, judge(claims), pick(claims, published=published), tuple(claims), note=note)
            )
    return tuple(facts)


def cluster_commitments(readings: Sequence[Reading]) -> tuple[tuple[tuple[Reading, Commitment], ...], ...]:
    """The commitments of several documents, those of one promise together, in order of first appearance."""
    clusters: list[list[tuple[Reading, Commitment]]] = []
    for reading in readings:
        for told in reading.commitments:
            home = next((held for held in clusters if _is_same(held, reading, told)), None)
            if home is None:
                clusters.append([(reading, told)])
            else:
                home.append((reading, told))
    return tuple(tuple(cluster) for cluster in clusters)


def _is_same(held: Sequence[tuple[Reading, Commitment]], reading: Reading, told: Commitment) -> bool:
    """Whether a commitment is the promise that a cluster holds; two of one document never are one."""
    other, first = held[0]
    if any(member.source == reading.source for member, _ in held):
        return False
    if first.kind != told.kind or set(first.parties) != set(told.parties):
        return False
    if told.kind == "agreement_signed":
        commercial = is_commercial(first, language=other.language), is_commercial(told, language=reading.language)
        return commercial[0] == commercial[1] and first.unit == told.unit
    if told.kind == "trade_target":
        return True
    if first.places and told.places:
        return bool(set(first.places) & set(told.places))
    words, others = (set(WORD.findall(commitment.quote.casefold())) for commitment in (first, told))
    return len(words & others) >= SHARED_WORDS * max(min(len(words), len(others)), 1)


def is_commercial(commitment: Commitment, *, language: str) -> bool:
    """Whether a signature is of companies' contracts, not of governments' instruments."""
    tokens = tokenize(commitment.quote, 0, len(commitment.quote))
    return any(hit.entry == "commercial" for hit in load_lexicon(language).signs.find(tokens))


def _statement(reading: Reading, told: Commitment, fact: str, name: str) -> Statement:
    return Statement(fact, reading.source, _reported(told, name), _normalised(told, name), reading.strength)


def _reported(told: Commitment, name: str) -> str:
    if name == "deadline":
        return told.deadline.text if told.deadline else "not given"
    if name == "status":
        return told.quote
    return _normalised(told, name) if _normalised(told, name) != SILENT else "not given"


def _normalised(told: Commitment, name: str) -> str:
    if name == "status":
        return told.status if told.status in STATUSES else SILENT
    if name == "value":
        return SILENT if told.value is None else f"{COMPARATOR_SIGNS[told.comparator or 'exactly']}{told.value:.12g}"
    if name == "baseline":
        return SILENT if told.baseline is None else f"{told.baseline:.12g}"
    if name == "deadline":
        latest = told.deadline.latest if told.deadline else None
        return latest.isoformat()[:7] if latest else SILENT
    return ";".join(sorted(told.places)) or SILENT


def _renewal(cluster: Sequence[tuple[Reading, Commitment]]) -> str:
    """A sentence where a later document sets a later clock for the same target; empty where none does."""
    if cluster[0][1].kind != "trade_target":
        return ""
    dated = sorted(
        (reading.date, told.deadline.latest, told.value)
        for reading, told in cluster
        if reading.date and told.deadline and told.deadline.latest and told.value is not None
    )
    if len(dated) < 2 or dated[0][2] != dated[-1][2]:
        return ""
    (first_day, first_clock, _), (last_day, last_clock, _) = dated[0], dated[-1]
    if first_day == last_day or last_clock <= first_clock:
        return ""
    return f"Announced again with a new clock: {first_clock} in {first_day}, {last_clock} in {last_day}."
