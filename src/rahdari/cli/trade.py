"""The commands of trade: counterfactual, draw, economy, estimate, import, mirror, potential."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rahdari.cli.command import ANSWERED, case_option, command, show_warnings, write_json
from rahdari.exceptions import unknown_name

if TYPE_CHECKING:
    from rahdari.trade.equilibrium import DeficitRule


@command(
    examples=(
        "rahdari counterfactual --economy eu --shock enlargement.csv",
        "rahdari counterfactual --economy eu --shock enlargement.csv --elasticity 2 --deficits multiplicative --json",
    )
)
@click.option(
    "--economy",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with flows.csv (exporter, importer[, sector], value): every pair, domestic flows too, any one unit. "
    "With sectors also output.csv, inputs.csv, tariffs.csv, elasticities.csv.",
)
@click.option(
    "--shock",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV with exporter, importer[, sector], cost_change (new over old trade cost factor) or, with sectors, "
    "tariff (the new rate); other pairs keep theirs.",
)
@click.option(
    "--elasticity",
    default=4.0,
    show_default=True,
    help="Theta, above 0: flows vary with cost ** -theta. "
    "4 is a long-run value and our choice; after one year expect less than 1.",
)
@click.option(
    "--deficits",
    type=click.Choice(["additive", "multiplicative", "zero"]),
    default="additive",
    show_default=True,
    help="What becomes of trade deficits: kept in value, kept as a share, or set to zero.",
)
@click.option("--tolerance", default=1e-10, show_default=True, help="Largest relative gap of output and sales.")
@click.option(
    "--supply-elasticity", default=0.0, show_default=True,
    help="Psi, 0 or above, for one sector: output varies with (own price / price index) ** psi.",
)  # fmt: skip
def counterfactual(
    *,
    folder: Path,
    file: Path,
    elasticity: float,
    deficits: DeficitRule,
    tolerance: float,
    supply_elasticity: float,
    as_json: bool,
) -> int:
    """What a change of trade costs does to each economy once markets clear.

    Welfare, wages, prices, output and exports are ratios to the baseline; flows are in the unit of the input.
    """
    from rahdari.report.answers import counterfactual_answer
    from rahdari.report.terminal import print_counterfactual, show_progress
    from rahdari.trade.folders import solve_folder

    with show_progress("Clearing the markets"):
        answer = solve_folder(
            folder,
            file,
            elasticity=elasticity,
            deficits=deficits,
            tolerance=tolerance,
            supply_elasticity=supply_elasticity,
        )
    show_warnings(answer.warnings)
    if as_json:
        write_json(counterfactual_answer(answer))
    else:
        print_counterfactual(answer)
    return ANSWERED


@command(
    examples=(
        "rahdari estimate flows.csv --formula 'trade ~ ln_dist + rta | exporter + importer'",
        "rahdari estimate panel.csv.gz --formula 'trade ~ rta | exporter^year + importer^year' --vcov exporter",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--formula", required=True, metavar="F",
    help="Flow ~ explanatory columns | fixed effects; ^ joins columns into one effect.",
)  # fmt: skip
@click.option(
    "--vcov", default="hetero", show_default=True, metavar="V",
    help="Standard errors: iid, hetero, HC1 to HC3, or the one or two columns to cluster by, joined by +.",
)  # fmt: skip
@click.option("--latex", is_flag=True, help="Print the table in LaTeX.")
def estimate(file: Path, *, formula: str, vcov: str, latex: bool, as_json: bool) -> int:
    """A gravity equation estimated by PPML with fixed effects, from a table of flows.

    FILE is CSV (also .gz) or Parquet, one row a flow; zeros are flows, empty cells are not. What was left out and what
    the data set lacks is told. Needs the extra `estimation`.
    """
    from rahdari.report.terminal import show_progress
    from rahdari.report.trade_answers import estimate_answer
    from rahdari.trade.estimation import estimate_gravity, tabulate_estimate, tabulate_latex

    with show_progress("Estimating"):
        found = estimate_gravity(file, formula, vcov=vcov)
    show_warnings(found.warnings)
    if as_json:
        write_json(estimate_answer(found))
    else:
        click.echo(tabulate_latex(found) if latex else tabulate_estimate(found))
    return ANSWERED


@command(
    examples=(
        "rahdari draw --economy world --policy policy.csv --estimate estimate.json --elasticity 5 --elasticity-se 0.8",
        "rahdari draw --economy world --policy policy.csv --estimate estimate.json --draws 5000 --seed 7 --json",
    )
)
@click.option(
    "--economy", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR",
    help="Folder with flows.csv (exporter, importer, value), domestic flows too.",
)  # fmt: skip
@click.option(
    "--policy", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="CSV with exporter, importer, column (of the estimate), change (1 switches a dummy on).",
)  # fmt: skip
@click.option(
    "--estimate", "estimated", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="What  rahdari estimate --json  wrote.",
)  # fmt: skip
@click.option("--elasticity", default=4.0, show_default=True, help="Theta, above 0.")
@click.option("--elasticity-se", type=float, help="Its standard error; without it theta is not drawn.")
@click.option(
    "--deficits",
    type=click.Choice(["additive", "multiplicative", "zero"]),
    default="additive",
    show_default=True,
    help="What becomes of trade deficits: kept in value, kept as a share, or set to zero.",
)
@click.option(
    "--draws", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, metavar="N", help="How many draws.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, metavar="S",
    help="The same seed gives the same bands.",
)  # fmt: skip
def draw(
    *,
    folder: Path,
    policy: Path,
    estimated: Path,
    elasticity: float,
    elasticity_se: float | None,
    deficits: DeficitRule,
    draws: int,
    seed: int,
    as_json: bool,
) -> int:
    """What a policy does once markets clear, with the estimate's covariance and the elasticity's error in every draw.

    The 5th, 50th and 95th percentile of each economy's welfare and of each changed flow, as ratios to the baseline.
    """
    import numpy as np

    from rahdari.report.terminal import show_progress
    from rahdari.report.trade_answers import draw_answer, tabulate_draws
    from rahdari.trade.policy_files import read_estimate, read_policy
    from rahdari.trade.tables import read_economy
    from rahdari.trade.uncertainty import Elasticity, draw_counterfactual

    with show_progress("Clearing the markets of each draw"):
        found = draw_counterfactual(
            read_economy(folder),
            read_estimate(estimated),
            read_policy(policy),
            elasticity=Elasticity(elasticity, elasticity_se),
            draws=draws,
            rng=np.random.default_rng(seed),
            deficits=deficits,
        )
    if as_json:
        write_json(draw_answer(found, seed=seed))
    else:
        click.echo(tabulate_draws(found))
    return ANSWERED


@command(
    "import",
    examples=(
        "rahdari import baci BACI_HS17_V202301 --into my-case",
        "rahdari import wdi WDICSV.csv --into c",
        "rahdari import geojson my-roads.geojson --into my-case",
        "rahdari import osm isle.osm.pbf --into my-case --set country=XNO --set road.rate=road-isle",
    ),
)
@click.argument("source")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--into", required=True, type=click.Path(path_type=Path), metavar="CASE", help="The case folder to import into.",
)  # fmt: skip
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="A property of lines that do not give their own, of one mode alone as in road.rate=road-isle; repeatable.",
)  # fmt: skip
def import_trade(source: str, path: Path, *, into: Path, settings: tuple[str, ...], as_json: bool) -> int:
    """Published trade files into a case as Parquet, or your own lines into its network, with what was left out.

    SOURCE is baci, comtrade, gravity, itpde, wits, imts or wdi; PATH a file as published (CSV or text with tabs, also
    .gz) or a folder of them. Parts go to CASE/imports/SOURCE; files done by an earlier run are not read again. Needs
    the extra `data`.

    SOURCE geojson adds the LineStrings of PATH as links: properties mode and rate, and gauge, crossing, country, name,
    length_km, time_h and departures_per_week where they apply. SOURCE gtfs adds the stretches of schedules (a folder or
    zip of GTFS tables) with the length of their shapes, osm the main roads, railways and ferries of an extract (extra
    `osm`). Where any line is faulty nothing is written.
    """
    from rahdari.case.line_files import LINE_READERS
    from rahdari.case.lines import import_lines, read_defaults
    from rahdari.report.answers import lines_answer
    from rahdari.report.trade_answers import import_answer, show_files, tabulate_import
    from rahdari.trade.importing import import_files
    from rahdari.trade.layouts import LAYOUTS

    if source in LINE_READERS:
        lines = import_lines(path, into=into, form=source, defaults=read_defaults(settings))
        if as_json:
            write_json(lines_answer(lines, source=source))
        else:
            click.echo(
                f"Links added: {lines.rows:,} ({lines.length_km:,.0f} km); places: {lines.places:,}; "
                f"repeats left out: {lines.skipped:,}. Now run: rahdari check {into}"
            )
        return ANSWERED
    if source not in LAYOUTS:
        raise unknown_name("source", source, known=(*LAYOUTS, *LINE_READERS))
    with show_files("Importing") as tell:
        done = import_files(source, path, into=into, progress=tell)
    show_warnings(done.warnings)
    if as_json:
        write_json(import_answer(done))
    else:
        click.echo(tabulate_import(done))
    return ANSWERED


@command(
    examples=(
        "rahdari mirror my-case --source comtrade --pair PAK,KAZ",
        "rahdari mirror my-case --source imts --margin 0.1 --json",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="CASE")
@click.option("--source", default="comtrade", show_default=True, help="The import to read: comtrade or imts.")
@click.option("--level", default="TOTAL", show_default=True, help="Products: TOTAL, or codes of 2, 4 or 6 digits.")
@click.option(
    "--margin", default=0.06, show_default=True,
    help="What CIF adds to FOB, as a fraction; the default is the IMF's.",
)  # fmt: skip
@click.option("--pair", metavar="A,B", help="Show the flows between two economies; without it the largest of all.")
def mirror(folder: Path, *, source: str, level: str, margin: float, pair: str | None, as_json: bool) -> int:
    """Both books of each flow of an import side by side, with CIF/FOB ratio and a value reconciled by reliability.

    CASE is the folder that was imported into. The table goes to CASE/imports/SOURCE/mirror.parquet; both originals stay
    in it, and the import is not changed. Needs the extra `data`.
    """
    from rahdari.report.trade_answers import mirror_answer, read_pair, tabulate_mirror
    from rahdari.trade.mirror_files import reconcile_mirror

    found = reconcile_mirror(folder, source=source, level=level.upper(), margin=margin, pair=read_pair(pair))
    show_warnings(found.warnings)
    if as_json:
        write_json(mirror_answer(found))
    else:
        click.echo(tabulate_mirror(found))
    return ANSWERED


@command(
    examples=(
        "rahdari economy my-case --source baci --year 2019 --out world",
        "rahdari economy my-case --source baci --year 2019 --sectors hs --named PAK,KAZ --told mine --out world",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="CASE")
@click.option(
    "--source", default="baci", show_default=True, help="The import of flows: baci, itpde, comtrade or imts.",
)  # fmt: skip
@click.option("--year", type=int, required=True, help="The year of the flows.")
@click.option(
    "--sectors", default="one", show_default=True, metavar="S",
    help="one; hs for the sections of the Harmonized System; wits for its groups; own for ITPD-E's; or a concordance "
    "as WITS or the UN publish it.",
)  # fmt: skip
@click.option("--digits", type=click.IntRange(min=1), help="Cut the concordance's codes to so many digits.")
@click.option(
    "--largest",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="How many of the largest traders stand alone.",
)
@click.option("--named", metavar="A,B", help="Economies that stand alone whatever their size.")
@click.option(
    "--told", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Folder with output.csv, inputs.csv, tariffs.csv, elasticities.csv of your own, in place of estimates.",
)  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where the folder goes.")
def economy(
    folder: Path,
    *,
    source: str,
    year: int,
    sectors: str,
    digits: int | None,
    largest: int,
    named: str | None,
    told: Path | None,
    out: Path,
    as_json: bool,
) -> int:
    """A folder for `counterfactual` out of imported files; what no file tells is estimated and named as an estimate.

    CASE is the folder that was imported into: the flows, and wdi for what economies make and sell at home.
    Needs the extra `data`.
    """
    from rahdari.report.trade_answers import economy_answer, tabulate_economy
    from rahdari.trade.economy_files import build_economy
    from rahdari.trade.imported_flows import EconomyPlan

    names = tuple(name.strip() for name in (named or "").split(",") if name.strip())
    plan = EconomyPlan(source, year, sectors=sectors, digits=digits, largest=largest, named=names, told=told)
    built = build_economy(folder, plan, out=out)
    show_warnings(built.warnings)
    if as_json:
        write_json(economy_answer(built))
    else:
        click.echo(tabulate_economy(built))
    return ANSWERED


@command(examples=("rahdari potential PAK KAZ", "rahdari potential KAZ PAK --digits 4 --case my-case --json"))
@click.argument("exporter", metavar="FROM")
@click.argument("importer", metavar="TO")
@click.option(
    "--digits", type=int, help="Digits of the products' codes: 2, or with an import of BACI 2, 4 or 6 (default)."
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many products are printed; --json has them all.",
)
@case_option
def potential(exporter: str, importer: str, *, digits: int | None, most: int, case: str, as_json: bool) -> int:
    """Which products one economy could sell the other, ranked, with freight, tariff, health papers and payment.

    FROM and TO are economies of the case by their codes. With an import of BACI in the case the ranking is by the
    export potential indicator (Decreux and Spies 2016); without one by chapters of the case's own tables.
    """
    from rahdari.appraisal.products import assess_potential
    from rahdari.case import find_case, read_case
    from rahdari.report.trade_answers import potential_answer, tabulate_potential

    found = assess_potential(read_case(find_case(case)), exporter, importer=importer, digits=digits)
    show_warnings(found.warnings)
    if as_json:
        write_json(potential_answer(found))
    else:
        click.echo(tabulate_potential(found, most=most))
    return ANSWERED
