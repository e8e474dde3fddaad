"""Reads a folder with many sectors and its shock (the contract's files); every fault of all files at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import Fault, FaultyInput, Where
from rahdari.trade.economy import check_flows
from rahdari.trade.markets import FloatArray
from rahdari.trade.rows import Names, Row, Table, check_repeated, check_years, read_label, read_number, read_table
from rahdari.trade.sectors import SectorWorld

# Shares may be rounded in the file; the rest is scaled away.
SHARE_ROUNDING = 1e-6
OUTPUT_ROUNDING = 1e-6
# How many missing combinations a fault lists.
MOST_LISTED = 5


@dataclass(frozen=True, slots=True, eq=False)
class SectorEconomy:
    """N economies and J sectors; `theta_se` (J,) is NaN where the file gives no standard error."""

    labels: tuple[str, ...]
    sectors: tuple[str, ...]
    world: SectorWorld
    theta_se: FloatArray
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SectorShock:
    """Ratios of trade cost factors without tariffs, and new tariff rates; (J, N, N) both."""

    cost_changes: FloatArray
    tariffs: FloatArray


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    labels: tuple[str, ...]
    sectors: tuple[str, ...]
    faults: list[Fault]
    warnings: list[str]


def has_sectors(folder: Path) -> bool:
    """Whether flows.csv of the folder has a column `sector`."""
    path = Path(folder) / "flows.csv"
    if not path.is_file():
        return False
    with path.open("rb") as file:
        header = file.readline(10_000).decode("utf-8-sig", "replace")
    return "sector" in [cell.strip().strip('"') for cell in header.split(",")]


def read_sector_economy(folder: Path, *, elasticity: float) -> SectorEconomy:
    """The economies and sectors of a folder; `elasticity` serves where it has no elasticities.csv.

    flows.csv (exporter, importer, sector, value; domestic flows included, before tariffs) and output.csv (economy,
    sector, gross_output, value_added); inputs.csv, tariffs.csv, elasticities.csv and deficits.csv where they matter.
    Raises FaultyInput with every fault of the files.
    """
    faults: list[Fault] = []
    table = read_table(Path(folder) / "flows.csv", ("exporter", "importer", "sector", "value"), faults=faults)
    if table is None:
        raise FaultyInput(faults)
    check_years(table, faults)
    labels, sectors = _names(table, "exporter"), _names(table, "sector")
    held = _Folder(Path(folder), labels, sectors, faults, [])
    flows = _read_cube(held, table, keys=("sector", "exporter", "importer"), value="value", complete=True)
    share = _read_value_added(held, flows)
    inputs = _read_inputs(held, share)
    tariffs = _read_tariffs(held)
    theta, theta_se = _read_elasticities(held, elasticity)
    if not faults:
        problems = check_flows(labels, flows.sum(axis=0))
        faults += [Fault(problem, Where("flows.csv")) for problem in problems]
    if faults:
        raise FaultyInput(faults)
    final, deficit = _final_demand(held, flows, tariffs=tariffs, share=share, inputs=inputs)
    world = SectorWorld(flows, tariffs, share, inputs, final, deficit, theta)
    return SectorEconomy(labels, sectors, world, theta_se, tuple(held.warnings))


def read_sector_shock(file: Path, economy: SectorEconomy) -> SectorShock:
    """The shock of a file (exporter, importer[, sector], cost_change and/or tariff); no sector column: every sector."""
    faults: list[Fault] = []
    table = read_table(Path(file), ("exporter", "importer"), faults=faults)
    if table is None:
        raise FaultyInput(faults)
    check_years(table, faults)
    if not {"cost_change", "tariff"} & set(table.columns):
        message = "the shock needs a column cost_change (ratio of cost factors, 1 = none) or tariff (the new rate)"
        faults.append(Fault(message, Where(table.file, 1, "cost_change")))
    economies, known_sectors = Names(frozenset(economy.labels), {}), Names(frozenset(economy.sectors), {})
    place, sector_place = _places(economy.labels), _places(economy.sectors)
    costs, tariffs = np.ones_like(economy.world.flows), economy.world.tariffs.copy()
    seen: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        pair = [
            read_label(table, row, column=side, known=economies, faults=faults) for side in ("exporter", "importer")
        ]
        sector: str | None = "every sector"
        if "sector" in table.columns:
            sector = read_label(table, row, column="sector", known=known_sectors, faults=faults, what="sector")
        change = _read_optional(table, row, "cost_change", least=0.0, open_end=True, faults=faults)
        tariff = _read_optional(table, row, "tariff", least=-1.0, open_end=True, faults=faults)
        if pair[0] is None or pair[1] is None or sector is None:
            continue
        check_repeated(table.file, row.number, pair=(pair[0], pair[1], sector), seen=seen, faults=faults)
        if change is None and tariff is None:
            faults.append(Fault("the row changes nothing: give cost_change or tariff", Where(table.file, row.number)))
        where = (sector_place.get(sector, slice(None)), place[pair[0]], place[pair[1]])
        if change is not None:
            costs[where] = change
        if tariff is not None:
            tariffs[where] = tariff
    _check_percent(table, tariffs, column="tariff", faults=faults)
    if faults:
        raise FaultyInput(faults)
    return SectorShock(costs, tariffs)


def _names(table: Table, column: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(name for row in table.rows if (name := table.cell(row, column)).strip() == name and name)
    )


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(names)}


def _read_optional(
    table: Table, row: Row, column: str, *, least: float, open_end: bool, faults: list[Fault]
) -> float | None:
    """The number of a cell that may be empty, above (or from) `least`; None where it is empty or faulty."""
    if column not in table.columns or not table.cell(row, column).strip():
        return None
    value = read_number(table, row, column=column, faults=faults)
    if value is not None and (value < least or (open_end and value == least)):
        message = f"{value:g} is too small: it must be {'above' if open_end else 'at least'} {least:g}"
        faults.append(Fault(message, Where(table.file, row.number, column)))
        return None
    return value


def _read_cube(
    held: _Folder,
    table: Table,
    *,
    keys: tuple[str, ...],
    value: str,
    complete: bool,
    least: float = 0.0,
) -> FloatArray:
    """The values of a table as an array over its keys; a fault for what is unknown, repeated, negative or missing."""
    lists = [held.sectors if "sector" in key else held.labels for key in keys]
    places = [_places(names) for names in lists]
    known = [Names(frozenset(names), {}) for names in lists]
    found: FloatArray = np.full([len(names) for names in lists], np.nan)
    lines: NDArray[np.int64] = np.zeros(found.shape, dtype=np.int64)
    for row in table.rows:
        labels = []
        for key, names in zip(keys, known, strict=True):
            kind = "sector" if "sector" in key else "economy"
            labels.append(read_label(table, row, column=key, known=names, faults=held.faults, what=kind))
        number = read_number(table, row, column=value, faults=held.faults)
        if number is not None and number < least:
            message = f"{value} cannot be below {least:g}: {number:g}"
            held.faults.append(Fault(message, Where(table.file, row.number, value)))
        where = tuple(place[label] for place, label in zip(places, labels, strict=True) if label is not None)
        if len(where) < len(keys):
            continue
        if lines[where]:
            message = f"{', '.join(str(label) for label in labels)} was given in row {lines[where]} already"
            held.faults.append(Fault(message, Where(table.file, row.number)))
        lines[where] = row.number
        found[where] = 0.0 if number is None else number
    if complete:
        _check_complete(held, table.file, lines == 0, keys=keys, lists=lists)
    return np.where(lines == 0, 0.0, found)


def _check_complete(
    held: _Folder, file: str, absent: NDArray[np.bool_], *, keys: tuple[str, ...], lists: Sequence[Sequence[str]]
) -> None:
    """A fault that lists what has no row: missing is not zero."""
    count = int(absent.sum())
    if count:
        named = [
            " / ".join(names[int(index)] for names, index in zip(lists, where, strict=True))
            for where in np.argwhere(absent)[:MOST_LISTED]
        ]
        more = f" and {count - MOST_LISTED} more" if count > MOST_LISTED else ""
        message = f"no row for {' / '.join(keys)}: {'; '.join(named)}{more}. Write a known zero as 0"
        held.faults.append(Fault(message, Where(file, None, keys[-1])))


def _read_value_added(held: _Folder, flows: FloatArray) -> FloatArray:
    """The share of value added in gross output (J, N); 1 where nothing is made."""
    table = read_table(
        held.path / "output.csv", ("economy", "sector", "gross_output", "value_added"), faults=held.faults
    )
    if table is None:
        return np.ones(flows.shape[:2])
    read: Callable[[str], FloatArray] = lambda column: _read_cube(  # noqa: E731 - one table, two columns
        held, table, keys=("sector", "economy"), value=column, complete=column == "gross_output"
    )
    before = len(held.faults)
    gross, added = read("gross_output"), read("value_added")
    # The keys were read twice, so their faults stand twice.
    held.faults[before:] = list(dict.fromkeys(held.faults[before:]))
    sales = flows.sum(axis=2)
    for sector, economy in np.argwhere(added > gross * (1 + OUTPUT_ROUNDING)):
        message = f"{held.labels[economy]}, {held.sectors[sector]}: value added exceeds gross output"
        held.faults.append(Fault(message, Where(table.file, None, "value_added")))
    for sector, economy in np.argwhere((gross == 0) & (sales > 0)):
        message = f"{held.labels[economy]}, {held.sectors[sector]} sells in flows.csv but has no gross output"
        held.faults.append(Fault(message, Where(table.file, None, "gross_output")))
    apart = np.abs(gross - sales) / np.maximum(np.maximum(gross, sales), 1e-300)
    if apart.max() > OUTPUT_ROUNDING:
        sector, economy = np.unravel_index(int(apart.argmax()), apart.shape)
        held.warnings.append(
            f"Gross output differs from sales in flows.csv in {int((apart > OUTPUT_ROUNDING).sum())} cases, most in "
            f"{held.labels[economy]}, {held.sectors[sector]} ({100 * apart.max():.2g} %): output.csv gives the shares "
            "of value added, flows.csv the levels."
        )
    share: FloatArray = np.divide(added, gross, out=np.ones_like(gross), where=gross > 0)
    return np.minimum(share, 1.0)


def _read_inputs(held: _Folder, share: FloatArray) -> FloatArray:
    """The cost share of each supplying sector in each using sector (N, K, J)."""
    size, count = len(held.labels), len(held.sectors)
    path = held.path / "inputs.csv"
    needs = share < 1 - 1e-12
    if not path.exists():
        if needs.any():
            sector, economy = np.argwhere(needs)[0]
            message = (
                f"the file is missing, and {held.labels[economy]}, {held.sectors[sector]} has less value added than "
                "gross output: give the shares of its inputs"
            )
            held.faults.append(Fault(message, Where("inputs.csv")))
        return np.zeros((size, count, count))
    table = read_table(path, ("economy", "using_sector", "supplying_sector", "share"), faults=held.faults)
    if table is None:
        return np.zeros((size, count, count))
    mix = _read_cube(held, table, keys=("economy", "supplying_sector", "using_sector"), value="share", complete=False)
    total = mix.sum(axis=1).T
    for sector, economy in np.argwhere(needs & (np.abs(total - 1) > SHARE_ROUNDING)):
        name = f"{held.labels[economy]}, {held.sectors[sector]}"
        message = f"{name}: the shares of inputs add up to {total[sector, economy]:g}, not 1"
        held.faults.append(Fault(message, Where(table.file, None, "share")))
    scaled = np.divide(mix, total.T[:, None, :], out=np.zeros_like(mix), where=(total > 0).T[:, None, :])
    spent: FloatArray = scaled * (1.0 - share.T[:, None, :])
    return spent


def _read_tariffs(held: _Folder) -> FloatArray:
    """The baseline's rates (J, N, N), 0 where the file has no row."""
    shape = (len(held.sectors), len(held.labels), len(held.labels))
    path = held.path / "tariffs.csv"
    table = read_table(path, ("exporter", "importer", "sector", "rate"), faults=held.faults) if path.exists() else None
    if table is None:
        return np.zeros(shape)
    rates = _read_cube(held, table, keys=("sector", "exporter", "importer"), value="rate", complete=False, least=-0.999)
    _check_percent(table, rates, column="rate", faults=held.faults)
    abroad = shape[0] * shape[1] * (shape[1] - 1)
    if len(table.rows) < abroad:
        held.warnings.append(
            f"tariffs.csv has {len(table.rows)} rows for {abroad} international flows: the others are taken to be free."
        )
    return rates


def _check_percent(table: Table, rates: FloatArray, *, column: str, faults: list[Fault]) -> None:
    """A fault where rates look like per cent."""
    charged = rates[rates > 0]
    if charged.size and np.median(charged) > 1:
        message = (
            f"half of the rates are above {np.median(charged):g}, that is {np.median(charged):.0%}: write fractions"
        )
        faults.append(Fault(message, Where(table.file, None, column)))


def _read_elasticities(held: _Folder, elasticity: float) -> tuple[FloatArray, FloatArray]:
    """Trade elasticities and their standard errors by sector (J,), NaN where not given."""
    count = len(held.sectors)
    path = held.path / "elasticities.csv"
    if not path.exists():
        held.warnings.append(f"There is no elasticities.csv: every sector has the trade elasticity {elasticity:g}.")
        return np.full(count, elasticity), np.full(count, np.nan)
    table = read_table(path, ("sector", "value"), faults=held.faults)
    if table is None:
        return np.full(count, elasticity), np.full(count, np.nan)
    values = _read_cube(held, table, keys=("sector",), value="value", complete=True)
    errors = np.full(count, np.nan)
    place: Mapping[str, int] = _places(held.sectors)
    for row in table.rows:
        index = place.get(table.cell(row, "sector"))
        if index is None:
            continue
        if values[index] <= 0:
            message = "the elasticity must be above 0: flows vary with cost ** -value"
            held.faults.append(Fault(message, Where(table.file, row.number, "value")))
        error = _read_optional(table, row, "se", least=0.0, open_end=False, faults=held.faults)
        errors[index] = np.nan if error is None else error
    return values, errors


def _final_demand(
    held: _Folder, flows: FloatArray, *, tariffs: FloatArray, share: FloatArray, inputs: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Shares of final demand (J, N) and deficits (N,): what is left of expenditure after inputs, never below 0."""
    sales, purchases = flows.sum(axis=2), (flows * (1 + tariffs)).sum(axis=1)
    used = np.einsum("nkj,jn->kn", inputs, sales)
    final = purchases - used
    unmet = (used > 0) & (purchases == 0)
    faults = [
        Fault(f"{held.labels[n]} uses inputs from {held.sectors[k]} but buys none", Where("flows.csv", None, "value"))
        for k, n in np.argwhere(unmet)
    ]
    implied = flows.sum(axis=(0, 1)) - sales.sum(axis=0)
    deficit = _read_deficits(held, implied, scale=float(sales.sum()))
    income = (share * sales).sum(axis=0) + (flows * tariffs).sum(axis=(0, 1))
    faults += [
        Fault(f"{held.labels[n]} has nothing left for final demand after inputs", Where("flows.csv"))
        for n in np.flatnonzero((income + deficit <= 0) | (np.maximum(final, 0).sum(axis=0) <= 0))
    ]
    faults += held.faults
    if faults:
        raise FaultyInput(faults)
    below = final < -1e-9 * purchases
    if below.any():
        k, n = np.unravel_index(int((final / np.maximum(purchases, 1e-300)).argmin()), final.shape)
        held.warnings.append(
            f"Inputs exceed purchases in {int(below.sum())} cases, most in {held.labels[n]}, {held.sectors[k]}: final "
            "demand there is set to zero, the shares are rescaled, and the baseline is solved first."
        )
    kept = np.maximum(final, 0.0)
    return kept / kept.sum(axis=0), deficit


def _read_deficits(held: _Folder, implied: FloatArray, *, scale: float) -> FloatArray:
    """Deficits (N,): those of deficits.csv where it exists, else those that the flows imply."""
    path = held.path / "deficits.csv"
    table = read_table(path, ("economy", "value"), faults=held.faults) if path.exists() else None
    if table is None:
        return implied
    stated = _read_cube(held, table, keys=("economy",), value="value", complete=True, least=-np.inf)
    if abs(stated.sum()) > 1e-6 * scale:
        message = f"the deficits of all economies add up to {stated.sum():g}: they must add up to 0"
        held.faults.append(Fault(message, Where(table.file, None, "value")))
    apart = np.abs(stated - implied)
    if apart.max() > 1e-6 * scale:
        name = held.labels[int(apart.argmax())]
        held.warnings.append(
            f"deficits.csv differs from what the flows imply (most for {name}: {stated[int(apart.argmax())]:g} against "
            f"{implied[int(apart.argmax())]:g}); its figures are used, and the baseline is solved first."
        )
    return stated
