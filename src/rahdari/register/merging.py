"""Merging: repeated mentions of one promise become one commitment, the fullest words first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rahdari.register.candidates import EVENT_KIND, Candidate

TARGET_KIND = "trade_target"
# Two clauses of one kind and status are one promise where the shorter shares so much of its words with the longer.
SHARED_WORDS = 0.7
# A headline is short and compressed: it belongs to the clause that shares this much of it.
SHARED_WORDS_HEADING = 0.4
# A promise is told again before so many others of its kind; it keeps the work linear in a long document.
LOOK_BACK = 200
# An event told of in neighbouring sentences is one event.
EVENT_REACH = 3


def group_candidates(candidates: Sequence[Candidate]) -> tuple[tuple[Candidate, ...], ...]:
    """Candidates grouped by promise, each group's fullest first; a heading that no text repeats is left out."""
    by_kind: dict[str, list[list[Candidate]]] = {}
    for candidate in sorted(candidates, key=lambda candidate: candidate.heading):
        groups = by_kind.setdefault(candidate.kind, [])
        near = groups if candidate.heading else groups[-LOOK_BACK:]
        group = next((group for group in near[:LOOK_BACK] if _belongs(candidate, group)), None)
        if group is not None:
            group.append(candidate)
        elif not candidate.heading:
            groups.append([candidate])
    ordered = [
        tuple(sorted(group, key=lambda c: (c.heading, *_emptiness(c), c.start, c.stage)))
        for groups in by_kind.values()
        for group in groups
    ]
    return tuple(sorted(ordered, key=lambda group: (group[0].start, group[0].stage)))


def _belongs(candidate: Candidate, group: list[Candidate]) -> bool:
    return any(same_promise(other, candidate) for other in group[-LOOK_BACK:])


def _emptiness(candidate: Candidate) -> tuple[int, int]:
    """How much a candidate leaves out: facts missing, then brevity (negative length)."""
    amount = candidate.amount
    facts = (amount.value, amount.baseline, candidate.deadline, candidate.places or None)
    return sum(fact is None for fact in facts), candidate.start - candidate.end


def same_promise(left: Candidate, right: Candidate) -> bool:
    """Whether two candidates tell of one promise."""
    if left.kind != right.kind or (left.number == right.number and not left.heading):
        return False
    if set(left.parties) != set(right.parties) or _differ(left, right):
        return False
    if left.kind == EVENT_KIND:
        return left.status == right.status and abs(left.number - right.number) <= EVENT_REACH
    if left.kind == TARGET_KIND:
        return True
    shared = len(left.content & right.content) / max(min(len(left.content), len(right.content)), 1)
    least = SHARED_WORDS_HEADING if left.heading or right.heading else SHARED_WORDS
    if left.amount.value is not None and left.amount.value == right.amount.value and left.amount.value > 1:
        least = min(least, SHARED_WORDS_HEADING)
    elif not (left.heading or right.heading) and left.status != right.status:
        return False
    return shared >= least


def _differ(left: Candidate, right: Candidate) -> bool:
    """Whether both give a figure, a deadline or places, and not the same."""
    values = left.amount.value, right.amount.value
    if None not in values and (left.amount.unit, values[0]) != (right.amount.unit, values[1]):
        return True
    dates = left.deadline, right.deadline
    if dates[0] and dates[1] and dates[0].latest and dates[1].latest and dates[0].latest.year != dates[1].latest.year:
        return True
    return bool(left.places and right.places and not set(left.places) & set(right.places))


def merge_group(group: tuple[Candidate, ...]) -> Candidate:
    """The fullest candidate of a group, with what only the others tell filled in."""
    merged = group[0]
    for other in group[1:]:
        amount = merged.amount
        if amount.value is None and other.amount.value is not None:
            amount = replace(
                other.amount, baseline=amount.baseline if amount.baseline is not None else other.amount.baseline
            )
        elif amount.baseline is None and other.amount.baseline is not None and amount.unit in (None, other.amount.unit):
            amount = replace(amount, baseline=other.amount.baseline, unit=other.amount.unit)
        merged = replace(
            merged,
            amount=amount,
            deadline=merged.deadline or other.deadline,
            places=merged.places or other.places,
            sectors=tuple(dict.fromkeys((*merged.sectors, *other.sectors))),
        )
    return merged
