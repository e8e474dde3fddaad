"""Amounts: which of a clause's numbers is the value promised, and which the base it starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rahdari.register.changes import BEFORE
from rahdari.register.clauses import Clause
from rahdari.register.deadlines import DeadlineHit
from rahdari.register.lexicon import NumberWords
from rahdari.register.numbers import Measure, Quantity
from rahdari.register.sentences import Sentence

# Which measure is a kind's own, the first found; other kinds follow the default.
DEFAULT_ORDER = (Measure.MONEY, Measure.COUNT, Measure.PERCENT, Measure.TIMES)
ORDERS: dict[str, tuple[Measure, ...]] = {
    "trade_target": (Measure.MONEY, Measure.PERCENT, Measure.TIMES),
    "agreement_signed": (Measure.COUNT, Measure.MONEY),
    "education": (Measure.COUNT, Measure.MONEY, Measure.PERCENT, Measure.TIMES),
    "investment_forum": (Measure.COUNT, Measure.MONEY),
    "tourism_culture": (Measure.COUNT, Measure.MONEY, Measure.PERCENT, Measure.TIMES),
    "air_link": (Measure.COUNT, Measure.MONEY, Measure.TIMES),
}
# "Raise it by 40 per cent" starts from an amount in another unit.
RELATIVE = frozenset({Measure.PERCENT, Measure.TIMES})
# A stage's deadline stands at most this many words from its value.
STAGE_REACH = 12
LOOKING_BACK = frozenset({"reviewed"})


@dataclass(frozen=True, slots=True)
class Amount:
    """What a clause promises in figures, all None where it gives none; `due` is a stage's own deadline."""

    value: float | None
    unit: str | None
    comparator: str | None
    baseline: float | None
    first: int
    due: DeadlineHit | None = None


NONE = Amount(None, None, None, None, -1)


def quantities_of(sentence: Sentence, clause: Clause) -> tuple[Quantity, ...]:
    """The quantities within a clause."""
    return tuple(q for q in sentence.quantities if clause.first <= q.first and q.last <= clause.last)


def choose_amounts(
    sentence: Sentence, clause: Clause, kind: str, *, numbers: NumberWords, parties: Sequence[str]
) -> tuple[Amount, ...]:
    """The amounts a clause promises: one, or one a stage where a target has several with a deadline each.

    What was reviewed promises none. A currency whose name several countries share is that of a party.
    """
    if clause.governor is not None and clause.governor.trigger.status in LOOKING_BACK:
        return (NONE,)
    quantities = tuple(_in_currency(q, numbers, parties) for q in quantities_of(sentence, clause))
    promised = [q for q in quantities if not q.is_baseline]
    value = _choose(promised, clause, kind)
    if value is None:
        known = numbers.unit_names | {BEFORE}
        bases = [q for q in quantities if q.is_baseline and (q.measure is not Measure.COUNT or q.unit in known)]
        base = _choose(bases, clause, kind)
        return (Amount(None, base.unit, None, base.value, -1) if base else NONE,)
    base = _base_of(value, quantities, clause)
    stages = _stages(value, promised, sentence, clause) if kind == "trade_target" else ((value, None),)
    return tuple(Amount(q.value, q.unit, q.comparator, base.value if base else None, q.first, due) for q, due in stages)


def _in_currency(quantity: Quantity, numbers: NumberWords, parties: Sequence[str]) -> Quantity:
    codes = numbers.shared_currencies.get(quantity.unit)
    if codes is None:
        return quantity
    return replace(quantity, unit=next((codes[party] for party in parties if party in codes), codes["default"]))


def _choose(quantities: Sequence[Quantity], clause: Clause, kind: str) -> Quantity | None:
    """The quantity of the kind's first measure: what follows the trigger before what leads up to it."""
    start = clause.governor.first if clause.governor is not None and not clause.inherited else clause.first
    later = [q for q in quantities if q.first >= start]
    return _choose_among(later, clause, kind) or _choose_among(quantities, clause, kind)


def _choose_among(quantities: Sequence[Quantity], clause: Clause, kind: str) -> Quantity | None:
    for measure in ORDERS.get(kind, DEFAULT_ORDER):
        fitting = [q for q in quantities if q.measure is measure]
        if measure is Measure.COUNT and kind == "agreement_signed":
            fitting = [q for q in fitting if q.unit == "count"]
        after = [q for q in fitting if clause.governor is None or clause.inherited or q.first >= clause.governor.first]
        # A count before the trigger tells who acts ("the two chambers signed"), but what is achieved or opened itself.
        things = measure is Measure.COUNT and clause.governor is not None and clause.governor.trigger.subject != "any"
        chosen = after if things else after or fitting
        if chosen:
            return chosen[0]
    return None


def _base_of(value: Quantity, quantities: Sequence[Quantity], clause: Clause) -> Quantity | None:
    """The base of a value: marked as such, or told before the trigger in the same unit."""
    relative = value.measure in RELATIVE
    fitting = [q for q in quantities if q.unit == value.unit or (relative and q.measure not in RELATIVE)]
    marked = [q for q in fitting if q.is_baseline]
    if marked:
        return marked[0]
    if clause.governor is None or clause.inherited or (value.measure is not Measure.MONEY and not relative):
        return None
    told = [q for q in fitting if q.measure is Measure.MONEY and q.last <= clause.governor.first <= value.first]
    return told[0] if told else None


def _stages(
    value: Quantity, promised: Sequence[Quantity], sentence: Sentence, clause: Clause
) -> tuple[tuple[Quantity, DeadlineHit | None], ...]:
    """The stages of a target, each with its deadline: the nearest pairs of value and deadline first, one to one."""
    same = [q for q in promised if q.unit == value.unit and q.first >= value.first]
    due = [hit for hit in _deadlines_in(sentence, clause) if hit.deadline.latest is not None]
    pairs = sorted((_distance(q, hit), n, m) for n, q in enumerate(same) for m, hit in enumerate(due))
    dated: dict[int, int] = {}
    for distance, n, m in pairs:
        if distance <= STAGE_REACH and n not in dated and m not in dated.values():
            dated[n] = m
    if len(dated) < 2:
        return ((value, None),)
    return tuple((same[n], due[m]) for n, m in sorted(dated.items()))


def _distance(quantity: Quantity, hit: DeadlineHit) -> int:
    """The words between a value and a deadline; one before its value stands farther by a word."""
    return hit.first - quantity.last if hit.first >= quantity.last else quantity.first - hit.last + 1


def _deadlines_in(sentence: Sentence, clause: Clause) -> list[DeadlineHit]:
    told = {q.last for q in sentence.quantities if q.is_baseline}  # "against 20 in the current year"
    return [
        hit
        for hit in sentence.deadlines
        if clause.first <= hit.first
        and hit.last <= clause.last
        and (hit.firm or not hit.is_past)
        and hit.first not in told
    ]


def deadline_of(sentence: Sentence, clause: Clause) -> DeadlineHit | None:
    """The deadline of a clause: the first firm one after the trigger, else the first."""
    hits = _deadlines_in(sentence, clause)
    start = clause.governor.first if clause.governor and not clause.inherited else clause.first
    later = [hit for hit in hits if hit.first >= start]
    due = later or hits
    return next((hit for hit in due if hit.firm), due[0] if due else None)
