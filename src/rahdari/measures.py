"""Measures: what a commitment does to transport, tariffs and contracts, with its delivery and its cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from rahdari.exceptions import unknown_name
from rahdari.transport.availability import Exceptions
from rahdari.transport.elements import Array, Change, Key, apply_changes
from rahdari.units import conversion_factor

# the unit in which the network keeps each number that a measure may change
ATTRIBUTE_UNITS = MappingProxyType(
    {
        "time_h": "h",
        "fee_usd_per_t": "USD/t",
        "cost_usd_per_t": "USD/t",
        "cost_usd_per_tkm": "USD/tkm",
        "speed_without_delay_km_per_h": "km/h",
        "waiting_h_per_100km": "h/100km",
        "departures_per_week": "per_week",
        "capacity_mt_per_year": "Mt/year",
        "rate": "fraction",
        "delivery_musd": "musd",
    }
)

NO_EFFECT = frozenset({"capacity_mt_per_year"})  # loads feed back on the times of stops, not of links


@dataclass(frozen=True, slots=True)
class Edit:
    """One typed change that a measure makes; `value` is in the attribute's unit, or a factor for multiply."""

    measure: str
    entity: str
    attribute: str
    operation: str
    value: float | None
    unit: str
    start: date | None
    end: date | None
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that the parties could do, when it could start, what it needs and what it rests on."""

    id: str
    title: str
    commitments: tuple[str, ...]
    start: date
    payer: str
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    transit: bool
    not_modelled: str
    source: str
    strength: str
    note: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A signed contract's value in USD million, delivered evenly from `start` to `end`."""

    measure: str
    exporter: str
    importer: str
    value_musd: float
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class TariffChange:
    """What a measure does to the tariff of one direction: multiply or set."""

    measure: str
    exporter: str
    importer: str
    change: Change


def find_measures(ids: Iterable[str], measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """The measures with these ids, in the case's order; an unknown id suggests the nearest."""
    known = {measure.id: measure for measure in measures}
    wanted = list(ids)
    for name in wanted:
        if name not in known:
            raise unknown_name("measure", name, known=known)
    return tuple(measure for measure in measures if measure.id in wanted)


def network_changes(measure: Measure) -> tuple[Change, ...]:
    """The measure's changes to numbers of links, rates and stops that times or costs rest on."""
    made = ("multiply", "set", "add")
    return tuple(
        _change(edit)
        for edit in measure.edits
        if edit.operation in made and _kind(edit) != "tariff" and edit.attribute not in NO_EFFECT
    )


def opened_entities(measure: Measure) -> frozenset[str]:
    """The links, crossings, nodes or groups that the measure opens."""
    return frozenset(edit.entity for edit in measure.edits if edit.operation == "open")


def closed_entities(measure: Measure) -> frozenset[str]:
    """The links, crossings, nodes or groups that the measure closes."""
    return frozenset(edit.entity for edit in measure.edits if edit.operation == "close")


def tariff_changes(measure: Measure) -> tuple[TariffChange, ...]:
    """The measure's changes to tariffs."""
    changes = []
    for edit in measure.edits:
        if _kind(edit) == "tariff":
            exporter, importer = _direction(edit)
            changes.append(TariffChange(measure.id, exporter, importer, _change(edit)))
    return tuple(changes)


def contract_deliveries(measure: Measure) -> tuple[Delivery, ...]:
    """The measure's dated deliveries."""
    deliveries = []
    for edit in measure.edits:
        if edit.operation == "deliver" and edit.value is not None and edit.start is not None and edit.end is not None:
            exporter, importer = _direction(edit)
            deliveries.append(Delivery(measure.id, exporter, importer, edit.value, edit.start, edit.end))
    return tuple(deliveries)


def apply_measures(values: Mapping[Key, Array], measures: Sequence[Measure]) -> tuple[dict[Key, Array], Exceptions]:
    """The network's numbers and what is open once every measure is in full effect; the inputs stay as they were."""
    changes = tuple(change for measure in measures for change in network_changes(measure))
    opened = frozenset(entity for measure in measures for entity in opened_entities(measure))
    shut = frozenset(entity for measure in measures for entity in closed_entities(measure))
    return apply_changes(values, changes), Exceptions(opened=opened, shut=shut)


def _kind(edit: Edit) -> str:
    return edit.entity.partition(":")[0]


def _direction(edit: Edit) -> tuple[str, str]:
    exporter, _, importer = edit.entity.partition(":")[2].partition("-")
    return exporter, importer


def _change(edit: Edit) -> Change:
    value = edit.value if edit.value is not None else 1.0
    target = ATTRIBUTE_UNITS.get(edit.attribute)
    if edit.operation != "multiply" and edit.unit and target is not None:
        value *= conversion_factor(edit.unit, target)
    return Change(edit.entity, edit.attribute, edit.operation, value)
