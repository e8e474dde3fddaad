"""What is shut or at risk in each half-year, known until the case's day and simulated after it, and who is used to it.

Cargo does not find a way round a closure on its first day. It is settled in the situation that it is used to, and in
each month the share 1 - exp(-1 / T) of what is settled elsewhere settles in the situation that holds: T is the time to
find another way, or, where nothing is shut or at risk that was not so before, the time to come back (partial
adjustment: Nerlove 1958, The Dynamics of Supply).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.timeline import MONTHS_PER_STEP, Timeline
from rahdari.claims import Claims
from rahdari.measures import Measure, closed_entities, opened_entities
from rahdari.transport.availability import link_entities, state_on, states_by_entity
from rahdari.transport.closures import ClosureProcess, simulate_shut_share
from rahdari.transport.network import Network, State

Array = NDArray[np.float64]
Index = NDArray[np.int64]
MAX_SHOCKS = 4
SHUT = ("closed", "planned", "suspended")
LEAST_WEIGHT = 0.002  # situations that take less of a half-year than this are left out and the rest scaled up


@dataclass(frozen=True, slots=True)
class Shock:
    """States that began on one day for one cause and still last: all shut, or all at risk, together."""

    kind: str
    since: date
    states: frozenset[State]
    group: str

    @property
    def entities(self) -> frozenset[str]:
        """What the shock acts on."""
        return frozenset(state.entity for state in self.states)


@dataclass(frozen=True, slots=True)
class ShockNumbers:
    """Common random numbers of one shock: draws x months."""

    uniforms: Array
    scores: Array


@dataclass(frozen=True, slots=True)
class Stays:
    """Where cargo is: `weight` of a half-year settled in one situation while in another, one a row; ascending by step.

    `draw` ascends within a step. `begins` (steps x draws, and the end) holds the first row of each; its weights sum to
    one.
    """

    step: Index
    draw: Index
    settled: Index
    now: Index
    weight: Array
    begins: Index
    situations: int

    @property
    def shape(self) -> tuple[int, int]:
        """Steps and draws."""
        steps = int(self.step[-1]) + 1
        return steps, len(self.begins) // steps

    def take(self, draws: Index) -> Stays:
        """The same for these of its draws, in this order; one may come several times."""
        steps, known = self.shape
        cells = (np.arange(steps)[:, None] * known + draws).ravel()
        counts = self.begins[cells + 1] - self.begins[cells]
        ends = np.cumsum(counts)
        row = np.repeat(self.begins[cells] - ends + counts, counts) + np.arange(ends[-1])
        at = np.repeat(np.arange(len(cells)), counts)
        return Stays(
            at // len(draws), at % len(draws), self.settled[row], self.now[row], self.weight[row],
            np.concatenate([[0], ends]), self.situations,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """Months in which cargo finds another way, and in which it comes back, one a draw; nought is at once."""

    switch_months: Array
    return_months: Array


def find_shocks(network: Network, *, as_of: date, since: date, links: frozenset[int]) -> tuple[Shock, ...]:
    """The shocks that began on or after `since`, last on `as_of` and act on one of the `links`; the latest four.

    Older ones are in the baseline's costs already and stay as they are for the whole forecast.
    """
    entities = link_entities(network)
    acting = {entity for link in links for entity in entities[link]}
    found: dict[tuple[str, date], list[State]] = {}
    for entity, rows in states_by_entity(network).items():
        state = state_on(rows, as_of)
        lasts = state is not None and state.until is None and state.since >= since
        if state is not None and lasts and state.state in ("closed", "war-risk") and entity in acting:
            found.setdefault((state.state, state.since), []).append(state)
    groups = {f"crossing:{crossing.id}": crossing.group for crossing in network.crossings}
    shocks = []
    for (kind, begun), states in sorted(found.items(), key=lambda item: item[0][1]):
        members = {groups.get(state.entity) or state.entity.partition(":")[2] for state in states}
        group = min(members) if kind == "closed" else ""
        shocks.append(Shock(kind, begun, frozenset(states), group))
    return tuple(shocks[-MAX_SHOCKS:])


def find_shut(network: Network, as_of: date) -> frozenset[str]:
    """What is shut or not built on the day; a group where one of its crossings is, a crossing where its group is."""
    states = {entity: state_on(rows, as_of) for entity, rows in states_by_entity(network).items()}
    shut = {entity for entity, state in states.items() if state is not None and state.state in SHUT}
    for crossing in network.crossings:
        own, group = f"crossing:{crossing.id}", f"group:{crossing.group}"
        shut |= {own, group} if crossing.group and shut & {own, group} else set()
    return frozenset(shut)


def opens_lasting(measure: Measure, shocks: Sequence[Shock], *, shut: frozenset[str]) -> bool:
    """True where the measure opens what no shock has shut: a planned link, or what was shut before the baseline."""
    closed = [shock for shock in shocks if shock.kind == "closed"]
    simulated = {entity for shock in closed for entity in shock.entities} | {f"group:{shock.group}" for shock in closed}
    return bool((opened_entities(measure) & shut) - simulated)


def moves_ways(measure: Measure, shocks: Sequence[Shock], *, shut: frozenset[str]) -> bool:
    """True where the measure opens what no shock has shut, or closes anything."""
    return bool(closed_entities(measure)) or opens_lasting(measure, shocks, shut=shut)


def waived_needs(measures: Sequence[Measure], shocks: Sequence[Shock], *, shut: frozenset[str]) -> frozenset[str]:
    """The measures that nothing has to wait for, because the simulated situation says whether the way is open.

    They open something, and all of it is open already or shut by a closure that is simulated.
    """
    return frozenset(
        measure.id for measure in measures if opened_entities(measure) and not opens_lasting(measure, shocks, shut=shut)
    )


def draw_shock_numbers(
    shocks: Sequence[Shock], *, timeline: Timeline, rng: np.random.Generator, draws: int
) -> tuple[ShockNumbers, ...]:
    """Uniforms and normal scores for each shock."""
    shape = (draws, timeline.months)
    return tuple(ShockNumbers(rng.random(shape), rng.standard_normal(shape)) for _ in shocks)


def simulate_shock(
    shock: Shock,
    numbers: ShockNumbers,
    *,
    claims: Claims,
    timeline: Timeline,
    processes: Mapping[str, ClosureProcess],
    opened_at: Array,
) -> Array:
    """Share of each month in which the shock acts (draws x months).

    Until the case's day as recorded; after it a closure ends with its stated monthly chance or when a measure
    opens it (`opened_at`, months from the timeline's start), and new ones follow the fitted process.
    """
    draws, months = numbers.uniforms.shape
    now = timeline.month_of(claims.as_of) + 1
    acting = np.zeros((draws, months))
    known = [float(shock.since <= timeline.month_middle(month)) for month in range(min(now, months))]
    acting[:, : len(known)] = known
    closed = shock.kind == "closed"
    acting[:, now:] = simulate_shut_share(
        processes.get(shock.group) if closed else None,
        ends_per_month=claims.value("model", "reopening_per_month" if closed else "risk_ends_per_month"),
        ends_at=opened_at - now,
        uniforms=numbers.uniforms[:, now:],
        scores=numbers.scores[:, now:],
    )
    return acting


def weigh_situations(shares: Sequence[Array], *, steps: int, pace: Pace) -> Stays:
    """Where cargo is in each half-year; bit k of either situation is set where shock k acts.

    `shares` (draws x months, one a shock) cover the half-years; cargo begins settled in the first month's situation.
    Draws in which all is alike, as random sums tell, are weighed once.
    """
    months = steps * MONTHS_PER_STEP
    by_pace, *sums = np.random.default_rng(0).random((len(shares) + 1, months))
    told = by_pace[0] * pace.switch_months + by_pace[1] * pace.return_months
    for share, by_month in zip(shares, sums, strict=True):
        told += (share * by_month).sum(axis=1)
    _, first, alike = np.unique(told, return_index=True, return_inverse=True)
    paces = Pace(pace.switch_months[first], pace.return_months[first])
    return _weigh([share[first] for share in shares], steps=steps, pace=paces).take(alike)


def _weigh(shares: Sequence[Array], *, steps: int, pace: Pace) -> Stays:
    situations, draws = 2 ** len(shares), len(pace.switch_months)
    now = np.ones((steps * MONTHS_PER_STEP, draws, 1))
    for share in shares:
        acting = share.T[:, :, None]
        now = np.concatenate([now * (1 - acting), now * acting], axis=2)
    settling = _Settling.at(pace, situations)
    settled, found = now[0], []
    for step in range(steps):
        months = now[step * MONTHS_PER_STEP : (step + 1) * MONTHS_PER_STEP]
        weights, settled = settling.pass_months(settled, months)
        cell = np.flatnonzero(weights >= LEAST_WEIGHT)
        draw, pair = np.divmod(cell, situations**2)
        kept = weights.ravel()[cell]
        found.append((step * draws + draw, pair, kept / np.bincount(draw, kept)[draw]))
    at, pair, weight = (np.concatenate(parts) for parts in zip(*found, strict=True))
    begins = np.searchsorted(at, np.arange(steps * draws + 1))
    return Stays(at // draws, at % draws, pair // situations, pair % situations, weight, begins, situations)


@dataclass(frozen=True, slots=True)
class _Settling:
    """Share of cargo not settled yet after a month and on average during it, by whether the change is a relief.

    `is_relief` (settled in x now) holds ones where nothing acts now that did not act there.
    """

    is_relief: Array
    after: Array
    gain: Array
    during: Array

    @staticmethod
    def at(pace: Pace, situations: int) -> _Settling:
        """At this pace; arrays are draws x 1, `during` draws x settled in x now."""
        situation = np.arange(situations)
        is_relief = ((situation[None, :] & ~situation[:, None]) == 0).astype(float)
        after, during = _unsettled(pace.switch_months)
        relieved, meanwhile = _unsettled(pace.return_months)
        between = during[:, :, None] * (1 - is_relief) + meanwhile[:, :, None] * is_relief
        return _Settling(is_relief, after, relieved - after, between)

    def pass_months(self, settled: Array, months: Array) -> tuple[Array, Array]:
        """Share of these months settled in x now (draws x both), and where cargo is settled after them.

        Within a month cargo that settles does so in the situation in which it is then.
        """
        before = np.empty_like(months)
        for month, now in enumerate(months):
            before[month] = settled
            stays = settled * (self.after + self.gain * (now @ self.is_relief.T))
            settled = stays + now * (1 - self.after - self.gain * (settled @ self.is_relief))
        meets = before.transpose(1, 2, 0) @ months.transpose(1, 0, 2)
        meets *= self.during
        np.einsum("daa->da", meets)[...] += months.sum(axis=0) - meets.sum(axis=1)
        meets /= len(months)
        return meets, settled


def _unsettled(months: Array) -> tuple[Array, Array]:
    """Share of cargo not settled yet after a month and on average during it: draws x 1 each."""
    with np.errstate(divide="ignore"):
        after = np.exp(-1 / months)[:, None]
    return after, np.where(months[:, None] > 0, months[:, None] * (1 - after), 0.0)
