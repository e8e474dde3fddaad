"""Pipelines: length, capacity and charges of each, and whether its sections are in use. No hydraulics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rahdari.claims import Claims, Estimate
from rahdari.transport.availability import state_on, states_by_entity
from rahdari.transport.network import Network, Pipeline, State


@dataclass(frozen=True, slots=True)
class Section:
    """A country's section on a day; None where no source gives a figure."""

    pipeline: Pipeline
    length_km: float | None
    length_built_km: float | None
    capacity_bcm_per_year: float | None
    fee_usd_per_mmbtu: float | None
    state: State | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PipelineAnswer:
    """A whole pipeline: the least capacity of its sections, and the sums of their lengths and transit fees.

    A sum is None where a section has no figure; for fees a section without one charges nothing. `nodes` are the places
    from its beginning to its end.
    """

    name: str
    nodes: tuple[str, ...]
    length_km: float | None
    capacity_bcm_per_year: float | None
    fee_usd_per_mmbtu: float | None
    in_use: bool
    sections: tuple[Section, ...]


def describe_pipelines(network: Network, claims: Claims, *, day: date) -> tuple[PipelineAnswer, ...]:
    """Every pipeline of the network as it is on `day`, in the table's order."""
    states = states_by_entity(network)
    sections = [_describe(one, claims, state=state_on(states.get(f"pipeline:{one.id}", ()), day))
                for one in network.pipelines]  # fmt: skip
    names = dict.fromkeys(one.name for one in network.pipelines)
    return tuple(_join(name, [one for one in sections if one.pipeline.name == name]) for name in names)


def _describe(pipeline: Pipeline, claims: Claims, *, state: State | None) -> Section:
    names = ("length_km", "length_built_km", "capacity_bcm_per_year", "fee_usd_per_mmbtu")
    found = {name: claims.find(f"pipeline:{pipeline.id}", name) for name in names}
    told = [estimate for estimate in found.values() if estimate is not None]
    sources = dict.fromkeys([*(one.claim.source for one in told), *([state.source] if state is not None else [])])
    length, built, capacity, fee = (_value(found[name]) for name in names)
    return Section(pipeline, length, built, capacity, fee, state, tuple(sources))


def _value(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.claim.value


def _join(name: str, sections: list[Section]) -> PipelineAnswer:
    capacities = [one.capacity_bcm_per_year for one in sections if one.capacity_bcm_per_year is not None]
    fees = [one.fee_usd_per_mmbtu for one in sections if one.fee_usd_per_mmbtu is not None]
    return PipelineAnswer(
        name=name,
        nodes=(sections[0].pipeline.start, *(one.pipeline.end for one in sections)),
        length_km=_sum_all(one.length_km for one in sections),
        capacity_bcm_per_year=min(capacities) if len(capacities) == len(sections) else None,
        fee_usd_per_mmbtu=sum(fees) if fees else None,
        in_use=all(one.state is not None and one.state.state == "open" for one in sections),
        sections=tuple(sections),
    )


def _sum_all(values: Iterable[float | None]) -> float | None:
    listed = list(values)
    known = [value for value in listed if value is not None]
    return sum(known) if len(known) == len(listed) else None
