"""The invented case of two islands for tests: read as shipped, or from a copy with some cells changed.

Its figures are round. By road over the East Bridge 200 km: 4 h at 50 km/h and 20 USD/t at 0.10 USD/tkm, an exit check
of 2 h, an entry check of 10 h and 4 USD/t: 16 h, 24 USD/t. Over the West Bridge 300 km: 18 h, 34 USD/t. By ferry:
100 km of road (2 h, 10 USD/t), 400 km at 20 km/h and 0.02 USD/tkm (20 h, 8 USD/t), half a day of waiting for the
daily sailing (12 h), two ports of 10 h and 9 USD/t: 54 h, 36 USD/t. By the planned railway 200 km: 4 h at 50 km/h,
2 h of waiting at 1 h/100km, 8 USD/t at 0.04 USD/tkm, two border checks of 1 h, a change of gauge of 2 h and 2 USD/t:
10 h, 10 USD/t. An hour costs a tonne of machines (160 USD/t, 15 percent a day) 1 USD and one of grain (240 USD/t,
interest of 1 percent a day) 0.10 USD. Generalised cost, machines: East 40, West 52, ferry 90, rail 20; grain: East
25.6, West 35.8, ferry 41.4, rail 11.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from rahdari.appraisal.forecast import (
    BookPaths,
    Extent,
    effective_measures,
    forecast_paths,
    pair_costs,
    situation_weights,
)
from rahdari.appraisal.world import World
from rahdari.case import Case, find_case, read_case
from rahdari.measures import find_measures, network_changes, opened_entities
from rahdari.transport.availability import Exceptions
from rahdari.transport.cargo import Cargo, find_commodity, read_cargo
from rahdari.transport.closures import ClosureProcess
from rahdari.transport.network import Network
from rahdari.transport.routes import RoutesAnswer, find_place, plan_routes

OPEN_DAY = date(2025, 6, 1)  # both bridges open, no season
SHUT_DAY = date(2026, 3, 31)  # the case's day: both bridges shut


@dataclass(frozen=True, slots=True)
class Cell:
    """Cells of a table to change: in the rows of `file` where the columns of `where` have these values."""

    file: str
    where: Mapping[str, str]
    values: Mapping[str, str]


@cache
def islands() -> Case:
    """The case as it ships."""
    return read_case(find_case("two_islands"))


def changed_islands(
    folder: Path,
    *cells: Cell,
    without: Sequence[tuple[str, Mapping[str, str]]] = (),
    zones: Mapping[str, Sequence[str]] | None = None,
) -> Case:
    """The case with cells changed, the rows of `without` left out and other `zones`, from a copy in `folder`."""
    copy = folder / "two_islands"
    shutil.copytree(find_case("two_islands"), copy, dirs_exist_ok=True)
    for cell in cells:
        _rewrite(copy / cell.file, where=cell.where, values=cell.values)
    for file, where in without:
        _rewrite(copy / file, where=where, values=None)
    settings = copy / "case.toml"
    for party, nodes in (zones or {}).items():
        text = settings.read_text(encoding="utf-8")
        line = f"{party} = {list(nodes)}"
        settings.write_text(re.sub(rf"^{party} = .*$", line, text, flags=re.MULTILINE), encoding="utf-8")
    return read_case(copy)


def _rewrite(path: Path, *, where: Mapping[str, str], values: Mapping[str, str] | None) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chosen = [all(row[name] == value for name, value in where.items()) for row in rows]
    assert any(chosen), f"no row of {path.name} is {dict(where)}"
    kept = []
    for row, is_chosen in zip(rows, chosen, strict=True):
        if not is_chosen:
            kept.append(row)
        elif values is not None:
            kept.append(row | dict(values))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def claim(entity: str, attribute: str, value: float, *, file: str = "claims.csv") -> Cell:
    """Another value for one claim."""
    return Cell(file, {"entity": entity, "attribute": attribute}, {"value": str(value)})


NO_CLOSURE: tuple[str, Mapping[str, str]] = ("network/states.csv", {"entity": "group:bridges"})


def cargo_of(name: str = "machines") -> Cargo:
    """The cargo of that name."""
    case = islands()
    return read_cargo(find_commodity(name, case.network.commodities), case.claims)


def plan(
    start: str = "Norton",
    end: str = "Sutton",
    *,
    day: date = OPEN_DAY,
    measures: Sequence[str] = (),
    cargo: str = "machines",
    modes: Sequence[str] = (),
    network: Network | None = None,
    opened: frozenset[str] = frozenset(),
    shut: frozenset[str] = frozenset(),
    processes: Mapping[str, ClosureProcess] | None = None,
) -> RoutesAnswer:
    """The routes of a shipment on a day."""
    case = islands()
    chosen = find_measures(measures, case.measures)
    entities = frozenset(entity for measure in chosen for entity in opened_entities(measure)) | opened
    return plan_routes(
        network or case.network,
        case.claims,
        start=find_place(start, case.network.nodes),
        end=find_place(end, case.network.nodes),
        cargo=cargo_of(cargo),
        day=day,
        modes=modes,
        exceptions=Exceptions(opened=entities, shut=shut),
        changes=tuple(change for measure in chosen for change in network_changes(measure)),
        processes=processes,
        rng=np.random.default_rng(1),
    )


def run_measures(world: World, active: Sequence[str]) -> dict[str, BookPaths]:
    """Every book's paths over the whole horizon with one set of measures, by itself."""
    extent = Extent(world.draws, world.timeline.steps)
    acting = effective_measures(world, active)
    stays = situation_weights(world, acting, extent=extent)
    costs = pair_costs(world, acting, stays=stays)
    return forecast_paths(world, acting=acting, costs=costs)
