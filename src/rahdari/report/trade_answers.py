"""Answers of the trade room's commands as plain objects in the keys and units of the public contract."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import asdict

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from rahdari.appraisal.product_terms import Tariff
from rahdari.appraisal.products import NotedPotential, PairPotential
from rahdari.exceptions import InputFault
from rahdari.trade.economy_files import BuiltEconomy
from rahdari.trade.estimation import GravityEstimate
from rahdari.trade.import_record import ImportReport
from rahdari.trade.mirror_files import MirrorReport
from rahdari.trade.potential import ProductTerm
from rahdari.trade.uncertainty import DrawnCounterfactual

SHOWN = 20
LONGEST_NAME = 70


def estimate_answer(estimate: GravityEstimate) -> dict[str, object]:
    """The object of `estimate`; `covariance` in the order of `coefficients`, `dropped` in observations."""
    return {
        "coefficients": [{"name": row.name, "estimate": row.estimate, "se": row.se} for row in estimate.coefficients],
        "observations": estimate.observations,
        "dropped": estimate.dropped.total,
        "dropped_by": {
            "missing": estimate.dropped.missing,
            "singletons": estimate.dropped.singletons,
            "separation": estimate.dropped.separation,
        },
        "dropped_variables": list(estimate.dropped_variables),
        "covariance": [[float(value) for value in row] for row in estimate.covariance],
        "formula": estimate.formula,
        "vcov": estimate.vcov,
        "warnings": list(estimate.warnings),
    }


def draw_answer(found: DrawnCounterfactual, *, seed: int) -> dict[str, object]:
    """The object of `draw`: bands of ratios to the baseline over the draws that converged, and those that did not."""
    return {
        "draws": found.draws,
        "seed": seed,
        "failed": list(found.failed),
        "failures": list(found.solved.failures),
        "economies": [{"id": entry.economy, "welfare": asdict(entry.welfare)} for entry in found.welfare],
        "flows": [
            {"exporter": entry.exporter, "importer": entry.importer, "flow": asdict(entry.flow)}
            for entry in found.flows
        ],
        "warnings": [],
    }


def tabulate_draws(found: DrawnCounterfactual) -> str:
    """Bands of welfare and of the changed flows as lines, and how many draws have no answer."""
    lines = [f"{found.draws - len(found.failed):,} of {found.draws:,} draws; ratios to the baseline"]
    lines.append(f"{'':13}  {'p5':>9}  {'p50':>9}  {'p95':>9}")
    bands = [(entry.economy, entry.welfare) for entry in found.welfare]
    bands += [(f"{entry.exporter} to {entry.importer}", entry.flow) for entry in found.flows]
    lines += [f"{name:13}  {band.p5:9.5f}  {band.p50:9.5f}  {band.p95:9.5f}" for name, band in bands]
    return "\n".join(lines)


def import_answer(report: ImportReport) -> dict[str, object]:
    """The object of `import`: rows, what was left out and why, faults with their lines, and totals in million USD."""
    years = report.years
    return {
        "source": report.source,
        "rows": report.rows,
        "skipped": report.skipped,
        "skipped_by": [
            {"file": file.name, "why": reason.why, "rows": reason.rows, "value_musd": reason.value_musd}
            for file in report.files
            for reason in file.dropped
        ],
        "faults": [
            {"file": fault.where.file, "row": fault.where.row, "column": fault.where.column, "message": fault.message}
            for fault in report.faults
        ],
        "totals": {
            "years": [entry.year for entry in years],
            "value_musd": report.value_musd,
            "by_year": [{"year": entry.year, "rows": entry.rows, "value_musd": entry.value_musd} for entry in years],
        },
        "files": [{"name": file.name, "part": file.part, "rows": file.rows} for file in report.files],
        "resumed": report.resumed,
        "warnings": list(report.warnings),
    }


def tabulate_import(report: ImportReport) -> str:
    """What was imported, a line a year, and the first faults."""
    lines = [f"Rows imported: {report.rows:,}; left out: {report.skipped:,}; files done before: {report.resumed}."]
    lines += [
        f"  {entry.year}  {entry.rows:>12,} rows  {entry.value_musd:>18,.3f} million USD" for entry in report.years
    ]
    lines += [f"  {fault.where}: {fault.message}" for fault in report.faults[:SHOWN]]
    if len(report.faults) > SHOWN:
        lines.append(f"  and {len(report.faults) - SHOWN} more rows that cannot be read")
    return "\n".join(lines)


@contextlib.contextmanager
def show_files(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar over files on standard error; what it yields is told each file's name, number and their count."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[name]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, name="")

        def tell(name: str, number: int, count: int) -> None:
            bar.update(task, total=count, completed=number, name=name)

        yield tell


def read_pair(text: str | None) -> tuple[str, str] | None:
    """The two economies that A,B names, or None; InputFault for anything else."""
    if text is None:
        return None
    names = [name.strip().upper() for name in text.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise InputFault(f"A pair is two economies, such as AAA,BBB, not {text!r}.", kind="usage")
    return names[0], names[1]


def mirror_answer(report: MirrorReport) -> dict[str, object]:
    """The object of `mirror`: flows in both books, million USD, null where a book does not tell them."""
    return {
        "source": report.source,
        "level": report.level,
        "margin": report.margin,
        "table": report.table,
        "rules": [{"rule": rule, "flows": flows} for rule, flows in report.rules],
        "reporters": [asdict(entry) for entry in report.reporters],
        "flows": [asdict(entry) for entry in report.flows],
        "warnings": list(report.warnings),
    }


def tabulate_mirror(report: MirrorReport) -> str:
    """Both books, their ratio and the reconciled value, a line a flow."""
    lines = [f"Million USD; imports are brought to FOB with a margin of {report.margin:.1%}.", ""]
    lines.append(f"{'year':>4}  {'from':4} {'to':4} {'product':7}  {'exporter':>12}  {'importer':>12}  {'ratio':>6}  "
                 f"{'weight':>6}  {'reconciled':>12}  rule")  # fmt: skip
    lines += [
        f"{flow.year:>4}  {flow.exporter:4} {flow.importer:4} {flow.product:7}  {_cell(flow.exporter_musd, 12, 3)}  "
        f"{_cell(flow.importer_musd, 12, 3)}  {_cell(flow.cif_fob, 6, 2)}  {flow.exporter_weight:6.2f}  "
        f"{flow.reconciled_musd:12,.3f}  {flow.rule}"
        for flow in report.flows
    ]
    lines += ["", *(f"{count:>12,} flows  {rule}" for rule, count in report.rules), f"Written: {report.table}"]
    return "\n".join(lines)


def _cell(number: float | None, width: int, digits: int) -> str:
    return f"{'-':>{width}}" if number is None else f"{number:{width},.{digits}f}"


def economy_answer(built: BuiltEconomy) -> dict[str, object]:
    """The object of `economy`: what was written, million USD, and where home sales come from."""
    return {
        "folder": built.folder,
        "economies": list(built.economies),
        "sectors": list(built.sectors),
        "international_musd": built.international_musd,
        "home_sales": [asdict(sales) for sales in built.home_sales],
        "files": list(built.files),
        "warnings": list(built.warnings),
    }


def tabulate_economy(built: BuiltEconomy) -> str:
    """The economies and their home sales, a line each."""
    head = (
        f"{len(built.economies)} economies, {len(built.sectors)} sectors, {built.international_musd:,.0f} million USD"
    )
    lines = [f"{head} of trade between them: {', '.join(built.files)} in {built.folder}"]
    lines += [
        f"  {sales.economy:5} {sales.value_musd:>14,.0f}  {sales.basis:9}  {sales.reason}" for sales in built.home_sales
    ]
    return "\n".join(lines)


def potential_answer(pair: PairPotential) -> dict[str, object]:
    """The object of `potential`: products by potential, million USD a year, null where the case cannot tell."""
    return {
        "exporter": pair.market.exporter,
        "importer": pair.market.importer,
        "method": pair.method,
        "digits": pair.digits,
        "years": list(pair.years),
        "demand_share": pair.market.demand_share,
        "ease": pair.market.ease,
        "complementarity": pair.market.complementarity,
        "margins": [asdict(margin) for margin in pair.margins],
        "products": [_product(entry) for entry in pair.products],
        "payment": [_term(term) for term in pair.payment],
        "sources": list(pair.sources),
        "warnings": list(pair.warnings),
    }


def _product(entry: NotedPotential) -> dict[str, object]:
    found, note, terms = entry.potential, entry.note, entry.terms
    return {
        "hs": found.code,
        "name": found.name,
        "exports_musd": found.exports_musd,
        "advantage": found.advantage if found.advantage < float("inf") else None,
        "complement": found.complement,
        "potential_musd": found.potential_musd,
        "present_musd": found.present_musd,
        "unrealised_musd": found.unrealised_musd,
        "attainable_musd": found.attainable_musd,
        "margin": found.margin,
        "usd_per_t": found.usd_per_t,
        "needs_health_certificate": found.needs_health_certificate,
        "transport": None if terms.freight is None else asdict(terms.freight),
        "tariff": None if terms.tariff is None else asdict(terms.tariff),
        "preference": [_term(term) for term in terms.preference],
        "sps": [_term(term) for term in terms.sps],
        "demand": [_term(term) for term in terms.demand],
        "status": None if note is None else note.status,
        "note": None if note is None else note.note,
        "sources": [found.source] if note is None else [found.source, note.source],
    }


def _term(term: ProductTerm) -> dict[str, object]:
    return {"hs": term.hs or None, "text": term.text, "source": term.source, "strength": term.strength}


def tabulate_potential(pair: PairPotential, *, most: int = 10) -> str:
    """The first products of one direction as lines, with terms of access and what sources say of each."""
    years = f"{pair.years[0]}-{pair.years[-1]}"
    lines = [f"{pair.market.exporter} to {pair.market.importer}: million USD a year, mean of {years}, by {pair.method}"]
    heads = (("HS", 6), ("potential", 9), ("now", 7), ("sold to all", 11), ("USD/t", 8), ("freight", 7), ("tariff", 9))
    lines.append("  ".join(f"{head:>{width}}" for head, width in heads) + "  product")
    for entry in pair.products[:most]:
        found, freight = entry.potential, entry.terms.freight
        cells = (
            f"{found.code:>6}",
            _cell(found.potential_musd, 9, 2),
            _cell(found.present_musd, 7, 2),
            _cell(found.exports_musd, 11, 1),
            _cell(found.usd_per_t, 8, 0),
            _cell(None if freight is None else freight.cost_usd_per_t, 7, 0),
            f"{_tariff(entry.terms.tariff):>9}",
        )
        lines.append("  ".join(cells) + f"  {textwrap.shorten(found.name, LONGEST_NAME, placeholder=' ...')}")
        lines += [f"{'':>6}  {line}" for line in _remarks(entry)]
    lines.append("")
    for margin in pair.margins:
        left = "" if margin.unrealised_musd is None else f", {margin.unrealised_musd:,.1f} not traded yet"
        lines.append(f"{margin.margin}: {margin.products} products, potential {margin.potential_musd:,.1f}{left}")
    lines += ["", *(f"Payment: {term.text} [{term.source}]" for term in pair.payment)]
    lines.append(
        "Freight is USD a tonne on the best way of the case's day; a tariff with * is the average of all goods."
    )
    lines.append(f"Sources: {', '.join(pair.sources)}")
    return "\n".join(lines)


def _tariff(tariff: Tariff | None) -> str:
    """A rate or a range in per cent, with a star where it is the average of all goods; a dash where unknown."""
    if tariff is None:
        return "-"
    if tariff.rate is not None:
        return f"{100 * tariff.rate:.1f}%" + ("*" if tariff.scope == "all goods" else "")
    return "-".join(f"{100 * bound:g}" for bound in (tariff.low, tariff.high) if bound is not None) + "%"


def _remarks(entry: NotedPotential) -> Iterator[str]:
    """What sources say of the product, its health papers and demand, and which cargo stands for it."""
    found, terms = entry.potential, entry.terms
    if entry.note is not None:
        yield f"{entry.note.status.replace('_', ' ')}: {entry.note.note} [{entry.note.source}]"
    if found.margin != "unknown":
        share = "" if terms.freight is None or terms.freight.share_of_value is None else (
            f"; freight is {terms.freight.share_of_value:.0%} of its value"
        )  # fmt: skip
        yield f"margin: {found.margin}{share}"
    yield from (f"preference: {term.text} [{term.source}]" for term in terms.preference)
    if terms.sps:
        yield from (f"health: {term.text} [{term.source}]" for term in terms.sps)
    elif found.needs_health_certificate:
        yield "health: needs a sanitary or phytosanitary certificate"
    yield from (f"demand: {term.text} [{term.source}]" for term in terms.demand)
