"""The command line: thin. A command asks a room, then prints its answer or writes it as JSON.

A command is a function under `@command(...)`, with its docstring as help and `as_json` as the last argument:

    @command(examples=("rahdari read talks.txt", "rahdari read talks.txt --json > talks.json"))
    @click.argument("file")
    def read(file: str, *, as_json: bool) -> int:
        from rahdari.documents import read_document  # inside: a heavy room loads only when it is asked
        document = read_document(file)
        if as_json:
            write_json(...)
        return ANSWERED

It returns the exit code. Errors are not its business: it lets them rise, and `main` shows them. Its docstring says what
each argument is; a test fails where an argument or option has no words.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rahdari import __version__
from rahdari.exceptions import NoAnswer, RahdariError, Where, nearest_names, unknown_name

if TYPE_CHECKING:
    from rahdari.appraisal.appraise import Options
    from rahdari.appraisal.result import Appraisal
    from rahdari.case import Case
    from rahdari.documents import Document
    from rahdari.register.commitment import Commitment
    from rahdari.register.model import ModelOptions
    from rahdari.trade.equilibrium import DeficitRule

ANSWERED = 0
CHECK_FAILED = 1
USER_CAN_MEND = 2
NO_ANSWER = 3
# Not an answer of the program but the shell's own code for Ctrl-C.
INTERRUPTED = 130

CRASH_LOG = "rahdari-crash.log"
DEFAULT_CASE = "pakistan_kazakhstan"
REPORT = "report.html"


class Commands(click.Group):
    """The group of commands; an unknown command is answered with the nearest names."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names, as click wants it; raises InputFault where there is none."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            raise unknown_name("command", name, known=self.list_commands(ctx))
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="rahdari", message="%(prog)s %(version)s")
def rahdari() -> None:
    """From a signed partnership to a plan that can be tested.

    Rahdari reads a communique into commitments, puts them on a model of the routes and economies that they touch, and
    says how likely the promised trade is, by when, and what holds it back.
    """


def command(name: str | None = None, *, examples: Sequence[str] = ()) -> Callable[[Callable[..., int]], click.Command]:
    """A decorator that makes a function a command of `rahdari`, with --json passed to it as `as_json`."""
    shown = "\n".join(["\b", "Examples:", *(f"  {example}" for example in examples)]) if examples else None

    def add(function: Callable[..., int]) -> click.Command:
        json_option = click.option("--json", "as_json", is_flag=True, help="Write one JSON object, and nothing else.")
        title = name or function.__name__.replace("_", "-")
        return rahdari.command(title, epilog=shown)(json_option(function))

    return add


def read_day(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    """The day of the calendar that an option gives as YYYY-MM-DD, or click's own fault with what to write."""
    if text is None:
        return None
    try:
        # Python reads other ISO forms too, such as 20240715 and week dates; the contract has one.
        if len(text) == len("YYYY-MM-DD") and text.isascii():
            return date.fromisoformat(text)
        problem = "is not a day"
    except ValueError:
        problem = "is no day of the calendar"
    raise click.BadParameter(f"{text!r} {problem}: write YYYY-MM-DD.", ctx=context, param=option)


def case_option(function: Callable[..., int]) -> Callable[..., int]:
    """The function with --case, the name of a shipped case or a path, passed to it as `case`."""
    words = "A shipped case's name, or the path of a case folder."
    return click.option("--case", default=DEFAULT_CASE, show_default=True, metavar="CASE", help=words)(function)


@command(examples=("rahdari review", "rahdari review my-case communique.pdf --by 'A. Reader'"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--journal", type=click.Path(path_type=Path), help="File of decisions; default: rahdari-review/CASE.jsonl."
)
@click.option("--by", default="", metavar="NAME", help="Who reviews; kept with each decision.")
def review(case: str, *, files: tuple[Path, ...], journal: Path | None, by: str, as_json: bool) -> int:
    """Accept, edit, merge or reject each commitment found, with its sentence in view.

    The documents are those of CASE and every FILE given after it. Every decision is on disk before the next question:
    leaving at any moment loses nothing, and u takes back the last. With --json the state of the review is shown and
    nothing is asked.
    """
    from datetime import UTC, datetime

    from rahdari.case import find_case, read_case
    from rahdari.documents import read_document
    from rahdari.register.extraction import extract_commitments
    from rahdari.register.review import make_proposals
    from rahdari.report.reviewing import Session, review_answer, run_review

    held = read_case(find_case(case))
    shelved = [held.folder / "documents" / entry.file for entry in held.register.documents if entry.file]
    documents = {path.name: read_document(path) for path in (*shelved, *files)}
    proposals = [
        proposal
        for name, document in documents.items()
        for proposal in make_proposals(name, document.sha256, extract_commitments(document, places=held.place_names()))
    ]
    session = Session(
        proposals=tuple(proposals),
        documents=documents,
        journal=journal or Path("rahdari-review") / f"{held.id}.jsonl",
        by=by,
        now=lambda: datetime.now(UTC).isoformat(timespec="seconds"),
    )
    if as_json:
        write_json(review_answer(session))
    else:
        run_review(session, ask_line)
    return ANSWERED


@command(examples=("rahdari reconcile", "rahdari reconcile my-case report.html declaration.pdf --json"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def reconcile(case: str, *, files: tuple[Path, ...], as_json: bool) -> int:
    """What several sources say of the same thing, and whether they agree, are compatible or conflict.

    The statements of the case (statements.csv) are laid side by side; so are the promises that two or more FILEs make,
    given after CASE. The claim in use is the strongest source's, then an exact one, then the one most sources give,
    then the latest.
    """
    from rahdari.case import find_case, read_case
    from rahdari.register.reconciliation import read_reading, reconcile_readings, reconcile_statements
    from rahdari.report.reconciled import print_reconciliation, reconcile_answer

    held = read_case(find_case(case))
    published = {source.id: source.date for source in held.sources.values()}
    readings = [read_reading(file, places=held.place_names()) for file in files]
    facts = (*reconcile_statements(held.statements, published=published), *reconcile_readings(readings))
    if as_json:
        write_json(reconcile_answer(facts))
    else:
        print_reconciliation(facts)
    return ANSWERED


@command(examples=("rahdari check", "rahdari check my-case --json"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
def check(case: str, *, as_json: bool) -> int:
    """Every fault of a case at once, with file, row and column.

    CASE is a shipped case's name or the path of a case folder (default: pakistan_kazakhstan). The exit code is 0 where
    nothing is wrong, and 2 where something is. Row 1 of a file is its header. Nothing is written.
    """
    from rahdari.case import check_case, find_case, shipped_cases
    from rahdari.report.answers import check_answer
    from rahdari.report.terminal import print_check

    # A folder without case.toml is no case for other commands; here that is the first of its faults.
    is_folder = case.replace("-", "_") not in shipped_cases() and Path(case).is_dir()
    faults = check_case(Path(case) if is_folder else find_case(case))
    if as_json:
        write_json(check_answer(faults))
    else:
        print_check(case, faults)
    return USER_CAN_MEND if faults else ANSWERED


@command(examples=("rahdari read communique.txt", "rahdari read communique.md --date 2026-02-04 --json"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--date", "day", callback=read_day, metavar="YYYY-MM-DD", help="The document's date; default: its own.")
@click.option(
    "--model-url",
    default="",
    metavar="URL",
    help="Also ask a language model (OpenAI-compatible, such as http://localhost:8080/v1). The document is SENT there.",
)
@click.option("--model-name", default="default", show_default=True, metavar="NAME", help="The model's name there.")
@case_option
def read(file: Path, *, day: date | None, model_url: str, model_name: str, case: str, as_json: bool) -> int:
    """The commitments that a document makes, each with its exact words.

    FILE is text, Markdown, HTML, PDF, DOCX, RTF or EML; nothing in it is run or fetched. Status says no more than the
    words do: discussed is not agreed, and agreed is not signed. The case lends the names of its places. The document
    leaves this machine only where --model-url says so (its key: RAHDARI_MODEL_KEY); what a model proposes is held to
    the text and shown beside the rules' reading, never in its place.
    """
    from rahdari.case import find_case, read_case
    from rahdari.documents import read_document
    from rahdari.register.extraction import extract_commitments
    from rahdari.register.model import ModelOptions
    from rahdari.report.answers import read_answer
    from rahdari.report.terminal import print_reading, show_progress

    places = read_case(find_case(case)).place_names()
    with show_progress("Reading"):
        document = read_document(file, date=day)
        commitments = extract_commitments(document, places=places)
    show_warnings(document.notes)
    told = ask_about(document, commitments, ModelOptions(model_url, model_name)) if model_url else None
    if as_json:
        write_json({**read_answer(document, commitments, warnings=document.notes), **({"model": told} if told else {})})
    else:
        print_reading(document, commitments)
        if told:
            click.echo(f"\nThe model's reading, beside the rules':\n{json.dumps(told, ensure_ascii=False, indent=1)}")
    return ANSWERED


def ask_about(document: Document, commitments: Sequence[Commitment], options: ModelOptions) -> dict[str, object]:
    """What the user's own model makes of the document beside the rules' reading; its key is RAHDARI_MODEL_KEY."""
    from dataclasses import replace

    from rahdari.register.model import as_model_record, ask_model, compare_readings
    from rahdari.report.terminal import show_progress

    with show_progress("Asking the model"):
        reading = ask_model(document, replace(options, key=os.environ.get("RAHDARI_MODEL_KEY", "")))
    return as_model_record(reading, compare_readings(commitments, reading.commitments))


@command(
    examples=(
        "rahdari routes Almaty Karachi",
        "rahdari routes Karachi Almaty --date 2024-07-15 --close Torkham --modes road,rail",
        "rahdari routes Almaty Karachi --measure reopen-afghan-crossings --json",
    )
)
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--commodity", default="", metavar="C", help="What is sent; default: the case's first general commodity.")
@click.option(
    "--date", "day", callback=read_day, metavar="YYYY-MM-DD", help="Day of departure; default: the case's as_of day."
)
@click.option(
    "--close", multiple=True, metavar="NAME", help="Shut a crossing, group, place, country or link; repeatable."
)
@click.option("--measure", "measures", multiple=True, metavar="ID", help="A measure in full effect; repeatable.")
@click.option("--modes", default="", metavar="M,M", help="Only these: road, rail, sea, air, ferry.")
@case_option
def routes(
    *,
    start: str,
    end: str,
    commodity: str,
    day: date | None,
    close: tuple[str, ...],
    measures: tuple[str, ...],
    modes: str,
    case: str,
    as_json: bool,
) -> int:
    """Which way to send a tonne on a day, at what time, cost and risk.

    FROM and TO are places of the case, in any of their spellings. The first route is the one recommended: the least
    cost with the cargo's time, war-risk premiums and the chance of being shut counted in. What is shut or at risk is
    told with its reason, source and the day it was last verified.
    """
    from rahdari.case import find_case, read_case
    from rahdari.case.shipment import Shipment, plan_shipment
    from rahdari.report.answers import routes_answer
    from rahdari.report.terminal import print_routes, show_progress

    held = read_case(find_case(case))
    shipment = Shipment(start, end, commodity, day, close, measures, tuple(modes.split(",")) if modes else ())
    with show_progress("Looking for routes"):
        answer = plan_shipment(held, shipment)
    show_warnings(answer.warnings)
    if as_json:
        write_json(routes_answer(answer))
    else:
        print_routes(answer, held)
    return ANSWERED


@command(
    examples=(
        "rahdari corridors",
        "rahdari corridors --measures reopen-afghan-crossings,halve-time-torkham --date 2026-06-01 --json",
    )
)
@click.option(
    "--measures", default="all", show_default=True, metavar="all|none|ID,ID",
    help="The measures that the figures of today are set beside, in full effect; by id, with commas between.",
)  # fmt: skip
@click.option("--date", "day", callback=read_day, metavar="YYYY-MM-DD", help="The day; default: the case's as_of day.")
@case_option
def corridors(*, measures: str, day: date | None, case: str, as_json: bool) -> int:
    """Border times, costs and speeds of every corridor and direction, today and with the measures.

    The indicators are those of CAREC's corridor monitoring (TFI1 to TFI4). Beside them: what each city reaches, over
    how many ways the trade spreads, what passes each border, port and country, and what a day of closure costs.
    """
    from rahdari.appraisal.survey import survey_corridors
    from rahdari.case import find_case, read_case
    from rahdari.measures import find_measures
    from rahdari.report.answers import corridors_answer
    from rahdari.report.corridors import print_corridors
    from rahdari.report.terminal import show_progress

    held = read_case(find_case(case))
    named = () if measures == "none" else tuple(filter(None, measures.split(",")))
    chosen = held.measures if measures == "all" else find_measures(named, held.measures)
    with show_progress("Surveying the corridors"):
        survey = survey_corridors(held, measures=chosen, day=day or held.as_of)
    show_warnings(survey.warnings)
    if as_json:
        write_json(corridors_answer(survey, held))
    else:
        print_corridors(survey, held)
    return ANSWERED


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


def options_of_appraise(function: Callable[..., int]) -> Callable[..., int]:
    """The function with the options that `appraise` and `demo` share."""
    draws = click.option(
        "--draws", type=click.IntRange(1, 100_000), default=2000, show_default=True, metavar="N",
        help="How many futures to simulate.",
    )  # fmt: skip
    seed = click.option(
        "--seed", type=click.IntRange(0), default=1, show_default=True, metavar="S",
        help="The same seed gives the same answer to the byte.",
    )  # fmt: skip
    return draws(seed(function))


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
    "import",
    examples=(
        "rahdari import baci BACI_HS17_V202301 --into my-case",
        "rahdari import wdi WDICSV.csv --into c",
        "rahdari import geojson my-roads.geojson --into my-case",
    ),
)
@click.argument("source")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--into", required=True, type=click.Path(path_type=Path), metavar="CASE", help="The case folder to import into.",
)  # fmt: skip
def import_trade(source: str, path: Path, *, into: Path, as_json: bool) -> int:
    """Published trade files into a case as Parquet, or your own lines into its network, with what was left out.

    SOURCE is baci, comtrade, gravity, itpde, wits, imts or wdi; PATH a CSV (also .gz) or a folder of them.
    Parts go to CASE/imports/SOURCE; files done by an earlier run are not read again. Needs the extra `data`.

    SOURCE geojson adds the LineStrings of PATH as links: properties mode and rate, and gauge, crossing, country, name
    and length_km where they apply. Where any line is faulty nothing is written.
    """
    from rahdari.case.lines import import_lines
    from rahdari.report.answers import lines_answer
    from rahdari.report.trade_answers import import_answer, show_files, tabulate_import
    from rahdari.trade.importing import import_files

    if source == "geojson":
        lines = import_lines(path, into=into)
        if as_json:
            write_json(lines_answer(lines))
        else:
            click.echo(
                f"Links added: {lines.rows:,} ({lines.length_km:,.0f} km); places: {lines.places:,}; "
                f"repeats left out: {lines.skipped:,}. Now run: rahdari check {into}"
            )
        return ANSWERED
    with show_files("Importing") as tell:
        done = import_files(source, path, into=into, progress=tell)
    show_warnings(done.warnings)
    if as_json:
        write_json(import_answer(done))
    else:
        click.echo(tabulate_import(done))
    return ANSWERED


@command(examples=("rahdari potential PAK KAZ", "rahdari potential KAZ PAK --json"))
@click.argument("exporter", metavar="FROM")
@click.argument("importer", metavar="TO")
@case_option
def potential(exporter: str, importer: str, *, case: str, as_json: bool) -> int:
    """Which products one economy could sell the other, ranked, with what sources say of each.

    FROM and TO are economies of the case by their codes.
    """
    from rahdari.appraisal.products import assess_potential
    from rahdari.case import find_case, read_case
    from rahdari.report.trade_answers import potential_answer, tabulate_potential

    found = assess_potential(read_case(find_case(case)), exporter, importer=importer)
    show_warnings(found.warnings)
    if as_json:
        write_json(potential_answer(found))
    else:
        click.echo(tabulate_potential(found))
    return ANSWERED


@command(examples=("rahdari demo", "rahdari demo --out my-folder --json"))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rahdari-demo"), show_default=True,
    metavar="DIR", help="Folder for report.html; made where it is missing.",
)  # fmt: skip
@options_of_appraise
def demo(out: Path, draws: int, seed: int, *, as_json: bool) -> int:
    """The answer for the shipped case: a brief here, and the whole report as one HTML file.

    The report opens in any browser without a network.
    """
    from rahdari.appraisal.appraise import Options
    from rahdari.report.export import write_whole
    from rahdari.report.plain import appraisal_answer
    from rahdari.report.rendering import render_report

    case, appraisal = run_appraisal(DEFAULT_CASE, Options(draws=draws, seed=seed))
    write_whole(out / REPORT, render_report(case, appraisal))
    if as_json:
        write_json(appraisal_answer(appraisal) | {"report": REPORT})
    else:
        show_brief(appraisal, report=out / REPORT)
    return ANSWERED


@command(examples=("rahdari appraise --measures forum-contracts,direct-flights", "rahdari appraise my-case --json"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
@click.option(
    "--measures", default="all", show_default=True, metavar="all|none|ID,ID",
    help="Which measures to suppose, by id, with commas between.",
)  # fmt: skip
@click.option("--book", metavar="B", help="Forecast this book alone; default: every book that the case forecasts.")
@options_of_appraise
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write the report.")
@click.option(
    "--replay", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Take measures, book, draws and seed from an earlier --json answer; the case must be the same.",
)  # fmt: skip
def appraise(
    case: str, *, measures: str, book: str | None, draws: int, seed: int, html: Path | None, replay: Path | None,
    as_json: bool,
) -> int:  # fmt: skip
    """How likely the promised trade is, by when, in whose books, and what each measure adds.

    CASE is a shipped case's name or the path of a case folder (default: pakistan_kazakhstan).
    """
    from rahdari.appraisal.appraise import Options
    from rahdari.appraisal.replay import check_same_case, read_options
    from rahdari.report.export import write_whole
    from rahdari.report.plain import appraisal_answer
    from rahdari.report.rendering import render_report

    chosen = None if measures == "all" else () if measures == "none" else tuple(filter(None, measures.split(",")))
    options = Options(chosen, book, draws, seed) if replay is None else read_options(replay)
    loaded, appraisal = run_appraisal(case, options, check=partial(check_same_case, replay))
    if html is not None:
        write_whole(html, render_report(loaded, appraisal))
    if as_json:
        write_json(appraisal_answer(appraisal))
    else:
        show_brief(appraisal, report=html)
    return ANSWERED


def run_appraisal(
    name: str, options: Options, *, check: Callable[[Case], None] = lambda _: None
) -> tuple[Case, Appraisal]:
    """The case of that name, checked, and its appraisal, with progress on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from rahdari.appraisal.appraise import STEPS
    from rahdari.appraisal.appraise import appraise as appraise_case
    from rahdari.case import find_case, read_case

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading the case", total=len(STEPS) + 1)

        def tell(step: str) -> None:
            bar.update(task, description=step, advance=1)

        case = read_case(find_case(name))
        check(case)
        return case, appraise_case(case, options, progress=tell)


@command(examples=("rahdari validate", "rahdari validate --data ../shared --reading"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Folder of published data not shipped.")
@click.option("--reading", is_flag=True, help="Also score the reading of marked documents, and of the article in DIR.")
def validate(case: str, data: Path | None, *, reading: bool, as_json: bool) -> int:
    """Published figures beside the model's, row by row, misses included; the exit code is 1 if a row misses.

    CASE is a shipped case's name or the path of a case folder (default: pakistan_kazakhstan).
    """
    from rich.console import Console
    from rich.progress import track

    from rahdari.case import find_case, read_case
    from rahdari.validation import (
        GROUPS,
        as_record,
        judge_case,
        reading_record,
        summarise_counts,
        tabulate_group,
        tabulate_reading,
    )

    judged = judge_case(read_case(find_case(case)), data=data, reading=reading)
    show_warnings(judged.warnings)
    progress = Console(stderr=True)
    verdicts = list(track(judged, "Judging", total=len(judged), console=progress, transient=True))
    if as_json:
        rows = [as_record(verdict) for verdict in verdicts]
        scores = {"reading": reading_record(judged.bench)} if reading else {}
        write_json({"rows": rows, **scores, "warnings": list(judged.warnings)})
    else:
        for table in filter(None, (tabulate_group(verdicts, group) for group in GROUPS)):
            Console().print(table)
        for table in tabulate_reading(judged.bench) if reading else ():
            Console().print(table)
        click.echo(summarise_counts(verdicts))
    return CHECK_FAILED if any(verdict.passed is False for verdict in verdicts) else ANSWERED


def show_brief(appraisal: Appraisal, *, report: Path | None) -> None:
    """The brief on standard output, with where the report lies."""
    from rich.console import Console

    from rahdari.report.brief import print_brief

    print_brief(appraisal, console=Console(), report=None if report is None else str(report))


def ask_line(prompt: str) -> str | None:
    """What the person writes after the prompt; None where the input has ended."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline() if sys.stdin is not None else ""
    return line.rstrip("\n") if line else None


def show_warnings(warnings: Sequence[str]) -> None:
    """Nothing; what the reader must beware of goes to standard error, a line each."""
    for warning in warnings:
        click.echo(f"Note: {warning}", err=True)


def write_json(answer: dict[str, object]) -> None:
    """Strict JSON on standard output: UTF-8 whatever the locale, keys in the order given, no NaN or Infinity."""
    if sys.stdout is None:
        raise RahdariError("Standard output is closed: there is nowhere to write the JSON object.", kind="file")
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    sys.stdout.flush()
    # A file name that is no UTF-8 reaches us as lone surrogates, which JSON may not hold.
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 answered, 1 a check failed, 2 a fault that the user can mend, 3 no answer; never a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    replace_unprintable_characters()
    try:
        code = rahdari.main(args=words or ["--help"], prog_name="rahdari", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # The reader (`head`, a pager) has what it wanted; click has its own exit for it, with 1.
        discard_output()
        return ANSWERED
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where every error becomes a message
        return show_error(as_rahdari_error(error), as_json=as_json)
    return code if isinstance(code, int) else ANSWERED


def replace_unprintable_characters() -> None:
    """Nothing; a terminal that cannot show a character gets a question mark instead of a failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def discard_output() -> None:
    """Nothing; what the buffer of standard output still holds goes nowhere, so that the exit is silent."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_error(error: RahdariError, *, as_json: bool) -> int:
    """The error's exit code, once it is shown: the message alone on standard error, or the contract's JSON object."""
    if as_json:
        try:
            write_json(error_object(error))
            return error.exit_code
        except (OSError, RahdariError):
            # Standard output is full, shut or gone; standard error still tells why.
            discard_output()
    place = f"{error.where}: " if error.where is not None and str(error.where) not in error.message else ""
    click.echo(f"{place}{error.message}", err=True)
    return error.exit_code


def error_object(error: RahdariError) -> dict[str, object]:
    """The contract's JSON object of an error."""
    where = error.where
    place = None if where is None else {"file": where.file, "row": where.row, "column": where.column}
    return {
        "error": {
            "kind": error.kind,
            "message": error.message,
            "where": place,
            "suggestions": list(error.suggestions),
        }
    }


def as_rahdari_error(error: Exception) -> RahdariError:
    """The error in the project's own kind: click's and the file system's translated, anything else as internal."""
    if isinstance(error, RahdariError):
        return error
    if isinstance(error, click.NoSuchOption):
        return unknown_option(error)
    if isinstance(error, click.ClickException):
        return RahdariError(f"{error.format_message().rstrip('.')}.{help_hint(error)}", kind="usage")
    if isinstance(error, OSError) and error.strerror:
        if error.filename is None:
            discard_output()
        where = None if error.filename is None else Where(os.fsdecode(error.filename))
        return RahdariError(f"{error.strerror}.", kind="file", where=where)
    return internal_error(error)


def unknown_option(error: click.NoSuchOption) -> RahdariError:
    """The fault of a mistyped option, with the nearest ones that the command has."""
    context = error.ctx
    known = [] if context is None else [opt for p in context.command.get_params(context) for opt in p.opts]
    near = nearest_names(error.option_name, [name for name in known if name.startswith("--")])
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    if context is not None and isinstance(context.command, click.Group):
        hint += " A command's options stand after its name."
    message = f"Unknown option: {error.option_name!r}.{hint}{help_hint(error)}"
    return RahdariError(message, kind="unknown-option", suggestions=near)


def help_hint(error: click.ClickException) -> str:
    """Where to read how the command is used, where the error knows its command."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return "" if context is None else f" See '{context.command_path} --help'."


def internal_error(error: Exception) -> RahdariError:
    """The answer to an error that nobody foresaw; its traceback goes to a file that the user can send."""
    if write_crash_log(error, Path(tempfile.gettempdir()) / CRASH_LOG):
        log = f"the details are in {CRASH_LOG} in the folder for temporary files"
    else:
        log = f"the details could not be written to {CRASH_LOG}"
    return NoAnswer(f"Internal error ({type(error).__name__}): {log}. Please report it.", kind="internal")


def write_crash_log(error: Exception, path: Path) -> bool:
    """Whether the traceback now stands in the file; its place is named on standard error, never in the JSON."""
    # The folder is everyone's: no link laid there by another is followed.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", errors="replace") as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return False
    click.echo(f"Traceback written to {path}", err=True)
    return True
