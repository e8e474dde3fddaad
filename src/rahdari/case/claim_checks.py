"""Checks of a case's claims: entity, attribute, unit and bounds of each, and whether all that is needed is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from rahdari.case.attributes import read_attributes
from rahdari.case.names import Names
from rahdari.case.table import Row, Table, check_bounds
from rahdari.exceptions import Fault, Where
from rahdari.units import can_convert, conversion_factor, units_like

_NAMED = {"link": "links", "rate": "rates", "stop": "numbers", "commodity": "commodities", "measure": "measures",
          "economy": "economies", "node": "nodes", "crossing": "crossings",
          "pipeline": "pipelines", "permit": "permits"}  # fmt: skip
_CARGO_NEEDS = ("value_usd_per_t", "time_value_per_day")
_MEASURE_NEEDS = ("probability", "delay_months", "ramp_months")
_RATE_NEEDS = (  # words, the rate's number, the link's own number that serves instead
    ("speed", "speed_without_delay_km_per_h", "time_h"),
    ("cost of carriage", "cost_usd_per_tkm", "cost_usd_per_t"),
)


def check_claims(claims: Sequence[Table], *, known: Mapping[str, Names]) -> list[Fault]:
    """Faults of single claims, and claims that stand twice."""
    faults = []
    seen: dict[tuple[object, ...], Where] = {}
    for table in claims:
        for index, row in table.numbered():
            faults += _check_claim(row, table=table, index=index, known=known)
            key = tuple(row[name] for name in ("entity", "attribute", "period", "book", "source", "value", "unit"))
            if key in seen:
                faults.append(Fault(f"The same claim stands at {seen[key]}.", table.where(index)))
            seen.setdefault(key, table.where(index))
    return faults


def _check_claim(row: Row, *, table: Table, index: int, known: Mapping[str, Names]) -> list[Fault]:
    entity, attribute, unit = str(row["entity"]), str(row["attribute"]), str(row["unit"])
    kind, _, name = entity.partition(":")
    columns = read_attributes().get(f"claim:{kind}")
    if not entity or not attribute:
        return []
    if columns is None:
        kinds = Names.of(t.removeprefix("claim:") for t in read_attributes() if t.startswith("claim:"))
        return [Fault(f"No claims are kept for {kind!r}.{kinds.hint(kind)}", table.where(index, "entity"))]
    column = columns.get(attribute)
    if column is None:
        message = f"{kind} has no attribute {attribute!r}.{Names.of(columns).hint(attribute)}"
        return [Fault(message, table.where(index, "attribute"))]
    faults = _check_entity(kind, name, table=table, index=index, known=known)
    if unit and not can_convert(unit, column.unit):
        allowed = ", ".join(units_like(column.unit))
        return [*faults, Fault(f"{attribute} cannot be in {unit!r}; write {allowed}.", table.where(index, "unit"))]
    value = row["value"]
    if isinstance(value, float) and unit:
        try:
            check_bounds(value * conversion_factor(unit, column.unit), column)
        except ValueError as error:
            faults.append(Fault(str(error), table.where(index, "value")))
    if kind == "flow" and not row["book"]:
        faults.append(Fault("A trade figure needs its book.", table.where(index, "book")))
    return faults


def _check_entity(kind: str, name: str, *, table: Table, index: int, known: Mapping[str, Names]) -> list[Fault]:
    if kind == "mix":
        kind, name = "commodity", name.rpartition(":")[2]
    if kind not in _NAMED or known[_NAMED[kind]].holds(name):
        return []
    message = f"No {kind} is called {name!r}.{known[_NAMED[kind]].hint(name)}"
    return [Fault(message, table.where(index, "entity"))]


def check_mixes(claims: Sequence[Table]) -> list[Fault]:
    """Flows whose commodity shares do not sum to 1."""
    totals: dict[str, float] = {}
    places: dict[str, Where] = {}
    for table in claims:
        for index, row in table.numbered():
            entity, value, unit = str(row["entity"]), row["value"], str(row["unit"])
            if entity.startswith("mix:") and isinstance(value, float) and can_convert(unit, "fraction"):
                flow = entity.split(":")[1]
                totals[flow] = totals.get(flow, 0.0) + value * conversion_factor(unit, "fraction")
                places.setdefault(flow, table.where(index, "value"))
    if not all(table.complete for table in claims):
        return []
    return [
        Fault(f"The commodity shares of {flow} sum to {total:.6g}, not 1.", places[flow])
        for flow, total in totals.items()
        if abs(total - 1.0) > 1e-6
    ]


def check_needed(tables: Mapping[str, Table], *, claims: Sequence[Table]) -> list[Fault]:
    """Figures that the model cannot do without and no claim gives."""
    if not all(table.complete for table in claims):
        return []
    held = {(str(row["entity"]), str(row["attribute"])) for table in claims for row in table.rows}
    faults = _check_link_figures(tables["links"], held=held)
    table = tables["stops"]
    for index, row in table.numbered():
        if row["id"] and (f"stop:{row['numbers'] or row['id']}", "time_h") not in held:
            message = f"No claim gives the time of stop:{row['numbers'] or row['id']}."
            faults.append(Fault(message, table.where(index)))
    faults += _check_figures(tables["commodities"], kind="commodity", attributes=_CARGO_NEEDS, held=held)
    faults += _check_figures(tables["measures"], kind="measure", attributes=_MEASURE_NEEDS, held=held)
    model = [column.name for column in read_attributes()["claim:model"].values()]
    place = Where("claims.csv")
    faults += [Fault(f"No claim gives {name} of model.", place) for name in model if ("model", name) not in held]
    if ("target", "value_musd") not in held:
        faults.append(Fault("No claim gives value_musd of target.", place))
    return faults


def _check_link_figures(table: Table, *, held: set[tuple[str, str]]) -> list[Fault]:
    """Links without length, and rates without speed or cost, each told once at the first link that needs it."""
    faults = []
    told: set[tuple[str, str]] = set()
    for index, row in table.numbered():
        entity, rate = f"link:{row['id']}", f"rate:{row['rate']}"
        if not row["id"]:
            continue
        if (entity, "length_km") not in held:
            message = f"No claim gives the length of {entity}: add its length_km to network/claims.csv."
            faults.append(Fault(message, table.where(index, "id")))
        for words, needed, instead in _RATE_NEEDS:
            if not {(rate, needed), (entity, instead)} & held and (rate, needed) not in told:
                message = f"No claim gives the {words} of {rate}: add its {needed} to network/claims.csv."
                faults.append(Fault(message, table.where(index, "rate")))
                told.add((rate, needed))
        faults += _check_haul_rates(row, table=table, index=index, held=held)
    return faults


def _check_haul_rates(row: Row, *, table: Table, index: int, held: set[tuple[str, str]]) -> list[Fault]:
    rates, entity = cast(tuple[str, ...], row["haul_rates"]), f"link:{row['id']}"
    where = table.where(index, "haul_rates")
    faults = [
        Fault(f"No claim gives the cost of carriage of rate:{rate}.", where)
        for rate in rates
        if (f"rate:{rate}", "cost_usd_per_tkm") not in held
    ]
    if row["mode"] == "ferry":
        if len(rates) > 1:
            faults.append(Fault(f"{len(rates)} rates: on a ferry give that of lorries alone.", where))
        return faults
    if len(rates) > 2:
        faults.append(Fault(f"{len(rates)} rates: give one between inland places and one to a port.", where))
    if rates and (entity, "cost_usd_per_t") in held:
        faults.append(Fault(f"{entity} has a tariff of its own, so no rate by kind of haul holds on it.", where))
    return faults


def _check_figures(table: Table, *, kind: str, attributes: Sequence[str], held: set[tuple[str, str]]) -> list[Fault]:
    return [
        Fault(f"No claim gives {attribute} of {kind}:{row['id']}.", table.where(index, "id"))
        for index, row in table.numbered()
        for attribute in attributes
        if row["id"] and (f"{kind}:{row['id']}", attribute) not in held
    ]
