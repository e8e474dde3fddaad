"""The bench on which figures are computed: a case, the published data that are not shipped, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from rahdari.appraisal.backtest import Backtest
from rahdari.appraisal.target_record import LeftOutScore
from rahdari.case import Case
from rahdari.measures import Measure, network_changes, opened_entities
from rahdari.register.scoring import Score
from rahdari.trade.counterfactual import Counterfactual
from rahdari.transport.availability import Exceptions
from rahdari.transport.cargo import Cargo
from rahdari.transport.closures import ClosureProcess, fit_closures
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.network import Node, Permit
from rahdari.transport.permits import travel_under
from rahdari.transport.routes import RoutesAnswer, plan_routes
from rahdari.transport.trains import charter_train, spare_departures

SEED = 1  # the spread of a route's time is drawn; the figures compared are means, which no draw changes


@dataclass(frozen=True, slots=True)
class RouteQuestion:
    """Routes to be planned, and by which of them (`via`, names as a route tells them or ids of places) to go.

    The cargo travels under the document `under`, where one is named, and by rail in a train of its own where it is a
    `whole_train`; it comes off a ship at the start where it is `from_ship`, and goes onto one at the end `to_ship`.
    """

    start: Node
    end: Node
    modes: tuple[str, ...]
    via: tuple[str, ...]
    shut: frozenset[str]
    measures: tuple[Measure, ...]
    day: date
    cargo: Cargo
    under: Permit | None = None
    whole_train: bool = False
    from_ship: bool = False
    to_ship: bool = False


@dataclass(frozen=True, slots=True)
class MarkedReading:
    """A document's reading against marked commitments; `exact` counts those whose quotes stand where they say."""

    score: Score
    exact: int


@dataclass(frozen=True, slots=True)
class Bench:
    """A case with the folder of published data, if any; keeps the answers of one run, so that none is made twice."""

    case: Case
    data: Path | None
    processes: Mapping[str, ClosureProcess]
    routes: dict[RouteQuestion, RoutesAnswer] = field(default_factory=dict)
    counterfactuals: dict[str, Counterfactual] = field(default_factory=dict)
    readings: dict[str, MarkedReading] = field(default_factory=dict)
    backtests: dict[str, Backtest] = field(default_factory=dict)
    records: list[LeftOutScore] = field(default_factory=list)


def set_up_bench(case: Case, data: Path | None) -> Bench:
    """A bench without answers; border closures are fitted as the command `routes` does it."""
    return Bench(case, data, fit_closures(case.network.closures, as_of=case.as_of))


def answer_routes(bench: Bench, question: RouteQuestion) -> RoutesAnswer:
    """All routes that the engine gives for the question, whatever they pass."""
    known = bench.routes.get(question)
    if known is not None:
        return known
    network, claims = bench.case.network, bench.case.claims
    changes = tuple(change for measure in question.measures for change in network_changes(measure))
    answer = plan_routes(
        network if question.under is None else travel_under(network, question.under, question.day),
        charter_train(network, claims) if question.whole_train else claims,
        start=question.start,
        end=question.end,
        cargo=question.cargo,
        day=question.day,
        modes=question.modes,
        exceptions=Exceptions(
            opened=frozenset(entity for measure in question.measures for entity in opened_entities(measure)),
            shut=question.shut,
        ),
        changes=spare_departures(network, changes) if question.whole_train else changes,
        processes=bench.processes,
        from_ship=question.from_ship,
        to_ship=question.to_ship,
        rng=np.random.default_rng(SEED),
    )
    bench.routes[question] = answer
    return answer


def pick_route(bench: Bench, question: RouteQuestion) -> PlannedRoute | None:
    """The first route, by generalised cost, that passes all of `via`; None where the engine gives none."""
    for route in answer_routes(bench, question).routes:
        passed = {*route.via, *(node for leg in route.legs for node in leg.nodes)}
        if passed.issuperset(question.via):
            return route
    return None
