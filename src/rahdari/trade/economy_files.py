"""A folder for `counterfactual` out of imported files: flows, home sales, output and inputs, estimates named (I/O)."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rahdari.exceptions import InputFault, unknown_name
from rahdari.trade.database import open_database
from rahdari.trade.domestic import (
    VALUE_ADDED_SHARE,
    HomeSales,
    Production,
    estimate_home_sales,
    input_mix,
    split_home_sales,
)
from rahdari.trade.imported_flows import (
    FARMING,
    GDP,
    INDUSTRY,
    OTHER,
    REST,
    SECTIONS,
    SOURCES,
    EconomyPlan,
    ImportedFlows,
    Outputs,
    read_flows,
    read_outputs,
    read_production,
)
from rahdari.trade.markets import FloatArray
from rahdari.trade.section_elasticities import read_section_elasticities

# Bases that are somebody's figures, not estimates.
KNOWN = ("told", "observed")
TAKEN = ("inputs.csv", "tariffs.csv", "elasticities.csv", "deficits.csv")


@dataclass(frozen=True, slots=True)
class BuiltEconomy:
    """What was written: economies, sectors, the home sales with their basis, and what to beware of."""

    folder: str
    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    home_sales: tuple[HomeSales, ...]
    international_musd: float
    files: tuple[str, ...]
    warnings: tuple[str, ...]


def build_economy(case: Path, plan: EconomyPlan, *, out: Path) -> BuiltEconomy:
    """The folder that `counterfactual --economy` reads, written to `out`, and what of it is estimated.

    Economies that are neither named nor among the largest, or of which too little is known, make up the rest of the
    world, whose inner trade counts as home sales.
    """
    if plan.source not in SOURCES:
        raise unknown_name("source of flows", plan.source, known=SOURCES)
    for folder in (case, plan.told):
        if folder is not None and not folder.is_dir():
            raise InputFault(f"There is no folder {folder.name!r}.", kind="no-such-folder")
    with open_database() as connection:
        trade = read_flows(connection, case, plan)
        known = read_production(connection, case, plan.year)
    outputs = read_outputs(plan.told, trade)
    kept, lacking = _choose(trade, plan, known=known, outputs=outputs)
    grouped = _group(trade, kept)
    home = _home_sales(grouped, known=known, outputs=outputs, members=trade.labels)
    flows = _with_home(grouped, home, outputs=outputs)
    files = _write(out, plan, grouped, home=home, flows=flows, outputs=outputs)
    abroad = ~np.eye(len(grouped.labels), dtype=bool)
    return BuiltEconomy(
        folder=out.name,
        economies=grouped.labels,
        sectors=grouped.sectors,
        home_sales=home,
        international_musd=float(flows[:, abroad].sum()),
        files=files,
        warnings=_warnings(plan, trade, home=home, lacking=lacking),
    )


def _choose(
    trade: ImportedFlows,
    plan: EconomyPlan,
    *,
    known: dict[str, Production],
    outputs: Outputs,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The economies that stand alone, the largest traders first, and the large ones of which too little is known."""
    for name in plan.named:
        if name not in trade.labels:
            raise unknown_name("economy", name, known=trade.labels)
    told = {economy for economy, _ in outputs}
    size = trade.flows.sum(axis=(0, 1)) + trade.flows.sum(axis=(0, 2))
    home = trade.flows.sum(axis=0).diagonal()
    order = [trade.labels[int(index)] for index in np.argsort(-size, kind="stable")]
    place = {name: index for index, name in enumerate(trade.labels)}
    rich = {name for name in order if name in known or name in told or home[place[name]] > 0}
    if poor := [name for name in plan.named if name not in rich]:
        raise InputFault(
            f"Home sales of {', '.join(poor)} cannot be estimated: import wdi with {GDP}, {FARMING} and {INDUSTRY}, or "
            "tell gross output in output.csv.",
            kind="no-data",
        )
    wanted = [*plan.named, *(name for name in order if name not in plan.named)][: max(plan.largest, len(plan.named))]
    kept = tuple(name for name in wanted if name in rich and name != REST)
    if not kept:
        raise InputFault(
            f"No economy's home sales are known: import wdi with {GDP}, {FARMING} and {INDUSTRY}, or give output.csv.",
            kind="no-data",
        )
    return kept, tuple(name for name in wanted if name not in rich)


def _group(trade: ImportedFlows, kept: Sequence[str]) -> ImportedFlows:
    """The trade of the kept economies and of the rest of the world."""
    labels = (*kept, *((REST,) if set(trade.labels) - set(kept) else ()))
    place = {name: index for index, name in enumerate(labels)}
    into = np.zeros((len(trade.labels), len(labels)))
    for index, name in enumerate(trade.labels):
        into[index, place.get(name, len(labels) - 1)] = 1.0
    flows = np.einsum("kij,ia,jb->kab", trade.flows, into, into, optimize=True)
    return ImportedFlows(labels, trade.sectors, flows, trade.unmatched_musd)


def _home_sales(
    trade: ImportedFlows,
    *,
    known: dict[str, Production],
    outputs: Outputs,
    members: Sequence[str],
) -> tuple[HomeSales, ...]:
    """Home sales of each economy over all sectors; the rest of the world's from its members that are known."""
    total = trade.flows.sum(axis=0)
    alone = set(trade.labels)
    found = []
    for index, name in enumerate(trade.labels):
        told = [outputs[name, sector].gross_musd for sector in trade.sectors if (name, sector) in outputs]
        exports, imports = (float(side[index] - total[index, index]) for side in (total.sum(axis=1), total.sum(axis=0)))
        if total[index, index] > 0 and not told and name != REST:
            found.append(HomeSales(name, float(total[index, index]), "observed", "the source's own"))
            continue
        production = known.get(name, Production(name, None, None))
        if name == REST:
            rest = [known[member] for member in members if member in known and member not in alone]
            gdp = sum(entry.gdp_musd or 0.0 for entry in rest)
            goods = sum((entry.gdp_musd or 0.0) * (entry.goods_share or 0.0) for entry in rest)
            production = Production(name, gdp or None, goods / gdp if gdp else None)
        if len(told) == len(trade.sectors):
            production = Production(name, production.gdp_musd, production.goods_share, sum(told))
        sales = estimate_home_sales(production, exports_musd=exports, imports_musd=imports)
        if sales is None:
            raise InputFault(
                f"Nothing is known of what the rest of the world makes: tell the output of {REST} in output.csv, or "
                f"import wdi with {GDP}, {FARMING} and {INDUSTRY} of more economies.",
                kind="no-data",
            )
        found.append(sales)
    return tuple(found)


def _with_home(trade: ImportedFlows, home: Sequence[HomeSales], *, outputs: Outputs) -> FloatArray:
    """The flows (J, N, N) with home sales on the diagonals."""
    flows = trade.flows.copy()
    for index, sales in enumerate(home):
        exports = flows[:, index, :].sum(axis=1) - flows[:, index, index]
        imports = flows[:, :, index].sum(axis=1) - flows[:, index, index]
        if sales.basis == "observed":
            continue
        split = split_home_sales(sales.value_musd, exports=exports, imports=imports)
        told = [outputs.get((sales.economy, sector)) for sector in trade.sectors]
        if sales.basis == "told" and all(entry is not None for entry in told):
            left = np.array([entry.gross_musd for entry in told if entry is not None]) - exports
            split = np.maximum(left, 0.0) if left.max() > 0 else split
        flows[:, index, index] = split
    return flows


def _write(
    out: Path,
    plan: EconomyPlan,
    trade: ImportedFlows,
    *,
    home: Sequence[HomeSales],
    flows: FloatArray,
    outputs: Outputs,
) -> tuple[str, ...]:
    """The names of the files written: flows.csv and home_sales.csv, and those of many sectors where there are many."""
    out.mkdir(parents=True, exist_ok=True)
    many = len(trade.sectors) > 1
    basis = {sales.economy: sales.basis for sales in home}

    def pairs() -> Iterable[list[object]]:
        for sector, i, j in np.ndindex(*flows.shape):
            seller, buyer = trade.labels[i], trade.labels[j]
            names = [seller, buyer, trade.sectors[sector]] if many else [seller, buyer]
            yield [*names, repr(float(flows[sector, i, j])), basis[seller] if i == j else "observed"]

    header = ["exporter", "importer", *(["sector"] if many else []), "value", "basis"]
    _write_table(out / "flows.csv", header, pairs())
    _write_table(
        out / "home_sales.csv",
        ["economy", "value_musd", "basis", "strength", "reason"],
        (
            [s.economy, repr(s.value_musd), s.basis, "B" if s.basis in {"told", "observed"} else "D", s.reason]
            for s in home
        ),
    )
    files = ["flows.csv", "home_sales.csv"]
    if many:
        files += _write_production(out, trade, flows=flows, outputs=outputs, told=plan.told)
    if many and plan.sectors == SECTIONS:
        known = {entry.sector: entry for entry in read_section_elasticities()}
        held = [known[name] for name in trade.sectors if name in known]
        if len(held) == len(trade.sectors):
            rows = ([entry.sector, repr(entry.value), repr(entry.se)] for entry in held)
            _write_table(out / "elasticities.csv", ["sector", "value", "se"], rows)
            files.append("elasticities.csv")
    for name in TAKEN:
        if many and plan.told is not None and (plan.told / name).is_file():
            shutil.copyfile(plan.told / name, out / name)
            files.append(name)
    return tuple(dict.fromkeys(files))


def _write_production(
    out: Path,
    trade: ImportedFlows,
    *,
    flows: FloatArray,
    outputs: Outputs,
    told: Path | None,
) -> list[str]:
    """The names of output.csv and, where the user tells none, of inputs.csv, written from sales and assumptions."""
    sales = flows.sum(axis=2)
    rows = []
    for sector, economy in np.ndindex(*sales.shape):
        held = outputs.get((trade.labels[economy], trade.sectors[sector]))
        share = VALUE_ADDED_SHARE
        if held is not None and held.added_musd is not None and held.gross_musd > 0:
            share = held.added_musd / held.gross_musd
        value = float(sales[sector, economy])
        rows.append([trade.labels[economy], trade.sectors[sector], repr(value), repr(share * value)])
    _write_table(out / "output.csv", ["economy", "sector", "gross_output", "value_added"], rows)
    if told is not None and (told / "inputs.csv").is_file():
        return ["output.csv"]
    inputs = (
        [economy, using, supplying, repr(float(share))]
        for economy, mix in zip(trade.labels, map(input_mix, flows.sum(axis=1).T), strict=True)
        for using in trade.sectors
        for supplying, share in zip(trade.sectors, mix, strict=True)
    )
    _write_table(out / "inputs.csv", ["economy", "using_sector", "supplying_sector", "share"], inputs)
    return ["output.csv", "inputs.csv"]


def _write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _warnings(
    plan: EconomyPlan, trade: ImportedFlows, *, home: Sequence[HomeSales], lacking: Sequence[str]
) -> tuple[str, ...]:
    """What is estimated, what is missing and what a zero means."""
    notes = []
    if guessed := [sales.economy for sales in home if sales.basis not in KNOWN]:
        notes.append(
            f"Home sales of {len(guessed)} economies are estimates (strength D): {', '.join(guessed)}. home_sales.csv "
            "gives each one's reason; output.csv with gross output takes their place (--told DIR)."
        )
    if lacking:
        notes.append(f"Too little is known of {', '.join(lacking)}: part of the rest of the world.")
    total = float(trade.flows.sum())
    if trade.unmatched_musd > 0:
        notes.append(f"{trade.unmatched_musd / total:.2%} of trade has codes that the concordance lacks: {OTHER}.")
    if len(trade.sectors) > 1:
        told = plan.told
        if told is None or not (told / "inputs.csv").is_file():
            notes.append(
                f"Inputs are assumed (strength D): {1 - VALUE_ADDED_SHARE:.1%} of gross output unless output.csv tells "
                "value added, from each sector as it weighs in the economy's purchases."
            )
        if plan.sectors == SECTIONS and (told is None or not (told / "elasticities.csv").is_file()):
            notes.append(
                "Elasticities of sections are medians of ProTEE's significant products (Fontagne, Guimbard and Orefice "
                "2022), on the upper side, with the spread between products as standard error (strength D)."
            )
        if told is None or not (told / "tariffs.csv").is_file():
            notes.append("Without tariffs.csv every tariff is zero.")
    if plan.source == "baci":
        notes.append("No row of BACI can mean no trade or no report; both are zero here.")
    return tuple(notes)
