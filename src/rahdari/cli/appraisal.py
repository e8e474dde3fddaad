"""The commands of the answer: check, demo, appraise, validate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rahdari.cli.command import (
    ANSWERED,
    CHECK_FAILED,
    DEFAULT_CASE,
    USER_CAN_MEND,
    case_option,
    command,
    read_measures,
    show_warnings,
    write_json,
)

if TYPE_CHECKING:
    from rahdari.appraisal.appraise import Options
    from rahdari.appraisal.result import Appraisal
    from rahdari.case import Case

OUT_FILE = click.Path(path_type=Path, dir_okay=False)
REPORT = "report.html"
EXPORTS = ("report.pdf", "report.xlsx", "report.csv.zip")


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
    language = click.option(
        "--language", default="en", show_default=True, metavar="L",
        help="Language of the brief and of the report: en or ru.",
    )  # fmt: skip
    return draws(seed(language(function)))


@command(examples=("rahdari demo", "rahdari demo --out my-folder --json"))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rahdari-demo"), show_default=True,
    metavar="DIR", help="Folder for report.html; made where it is missing.",
)  # fmt: skip
@click.option("--exports", is_flag=True, help="Also write report.pdf, report.xlsx and report.csv.zip there.")
@options_of_appraise
def demo(out: Path, draws: int, seed: int, language: str, *, exports: bool, as_json: bool) -> int:
    """The answer for the shipped case: a brief here, and the whole report as one HTML file.

    The report opens in any browser without a network.
    """
    from rahdari.appraisal.appraise import Options
    from rahdari.report.export import ReportFiles, write_report
    from rahdari.report.plain import appraisal_answer
    from rahdari.report.words import find_words

    find_words(language)  # an unknown language is told before the work
    case, appraisal = run_appraisal(DEFAULT_CASE, Options(draws=draws, seed=seed))
    written = EXPORTS if exports else ()
    write_report(case, appraisal, ReportFiles(out / REPORT, *(out / name for name in written)), language=language)
    if as_json:
        write_json(appraisal_answer(case, appraisal) | {"report": REPORT, "exports": list(written)})
    else:
        show_brief(case, appraisal, report=out / REPORT, language=language)
    return ANSWERED


@command(examples=("rahdari appraise --measures forum-contracts,direct-flights", "rahdari appraise my-case --json"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
@click.option(
    "--measures", default="all", show_default=True, metavar="all|none|ID,ID",
    help="Which measures to suppose, by id, with commas between.",
)  # fmt: skip
@click.option("--book", metavar="B", help="Forecast this book alone; default: every book that the case forecasts.")
@options_of_appraise
@click.option(
    "--precision", type=click.FloatRange(0, 0.5, min_open=True), metavar="P",
    help="Add draws until no chance has a standard error above P; what needs more than 100,000 is refused.",
)  # fmt: skip
@click.option("--html", type=OUT_FILE, metavar="FILE", help="Also write the report as one HTML file.")
@click.option("--pdf", type=OUT_FILE, metavar="FILE", help="Also write the report as a PDF.")
@click.option("--xlsx", type=OUT_FILE, metavar="FILE", help="Also write every figure as a workbook, with its sources.")
@click.option("--csv", type=OUT_FILE, metavar="FILE", help="Also write the same tables as CSV files in a ZIP archive.")
@click.option(
    "--replay", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Take measures, book, draws, seed and precision from an earlier --json answer; the case must be the same. "
    "The exit code is 1 if another answer comes out.",
)  # fmt: skip
def appraise(
    case: str, *, measures: str, book: str | None, draws: int, seed: int, language: str,
    precision: float | None, html: Path | None, pdf: Path | None, xlsx: Path | None, csv: Path | None,
    replay: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """How likely the promised trade is, by when, in whose books, and what each measure adds.

    CASE is a shipped case's name or the path of a case folder (default: pakistan_kazakhstan).
    """
    from rahdari.appraisal.appraise import Options
    from rahdari.appraisal.replay import check_same_case, find_differences, read_options
    from rahdari.report.export import ReportFiles, write_report
    from rahdari.report.plain import appraisal_answer
    from rahdari.report.words import find_words

    told = Options(read_measures(measures), book, draws, seed, precision)
    options = told if replay is None else read_options(replay)
    find_words(language)  # an unknown language is told before the work
    loaded, appraisal = run_appraisal(case, options, check=partial(check_same_case, replay))
    write_report(loaded, appraisal, ReportFiles(html, pdf, xlsx, csv), language=language)
    answer = appraisal_answer(loaded, appraisal)
    if as_json:
        write_json(answer)
    else:
        show_brief(loaded, appraisal, report=html or pdf or xlsx or csv, language=language)
    differing = find_differences(replay, answer) if replay else ""
    show_warnings((differing,) if differing else ())
    return CHECK_FAILED if differing else ANSWERED


@command(
    examples=(
        "rahdari scenarios sets.csv",
        "rahdari scenarios sets.csv --case my-case --executor processes:4 --json > answers.json",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@case_option
@click.option(
    "--executor", default="serial", show_default=True, metavar="PLACE",
    help="Where they run: serial, threads:N, processes:N, dask:N or dask:tcp://HOST:PORT (extra `scale`).",
)  # fmt: skip
def scenarios(file: Path, *, case: str, executor: str, as_json: bool) -> int:
    """Many appraisals of one case at once, a row of FILE each.

    FILE is a CSV with the columns id and measures (their ids apart by spaces, all, or none) and, where they should
    differ from those of `appraise`, book, draws and seed. Where they run changes no byte of the answers.
    """
    from rich.console import Console

    from rahdari.appraisal.executor import open_executor
    from rahdari.appraisal.scenarios import appraise_scenarios, read_scenarios
    from rahdari.case import find_case, read_case
    from rahdari.report.scenarios import scenarios_answer, tabulate_scenarios
    from rahdari.report.terminal import show_progress

    held = read_case(find_case(case))
    asked = read_scenarios(file, held)
    with show_progress(f"Appraising {len(asked)} scenarios"), open_executor(executor) as place:
        answers = appraise_scenarios(held, asked, executor=place)
    if as_json:
        write_json(scenarios_answer(held, answers))
    else:
        Console().print(tabulate_scenarios(held, answers))
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


def show_brief(case: Case, appraisal: Appraisal, *, report: Path | None, language: str) -> None:
    """The brief on standard output, with where the report lies."""
    from rich.console import Console

    from rahdari.report.brief import print_brief

    shown = None if report is None else str(report)
    print_brief(case, appraisal, console=Console(), report=shown, language=language)


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
