"""The brief for a terminal: verdict, books, chances, reasons, what it would take, next steps, where the report is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rahdari.appraisal.result import Appraisal, BookAnswer, MeasureAnswer
from rahdari.case import Case
from rahdari.report.levels import say_level
from rahdari.report.proposals import rank_measures
from rahdari.report.steps import latest_start
from rahdari.report.verdict import last_deadline, say_verdict
from rahdari.report.words import Words, find_words

TOP_MEASURES = 3
LONGEST_WIDTH = 100


def print_brief(case: Case, appraisal: Appraisal, *, report: str | None, language: str, console: Console) -> None:
    """Nothing; the brief stands on the console, at most 100 columns wide."""
    width = min(console.width, LONGEST_WIDTH)
    say = find_words(language, case=case)
    with console.capture() as capture:
        console.print(compose_brief(case, appraisal, report=report, say=say), width=width)
    console.file.write(_part(capture.get()))


def brief_lines(
    case: Case, appraisal: Appraisal, *, say: Words, report: str | None = None, width: int = LONGEST_WIDTH
) -> list[str]:
    """The brief as plain lines without colour, `width` columns wide."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(compose_brief(case, appraisal, report=report, say=say))
    return [line.rstrip() for line in _part(capture.get()).splitlines()]


# Rich breaks a line at any space, hard ones too; this one it takes for a letter.
_HARD = "\ue000"


def _glue(text: str) -> str:
    """The text with hard spaces as letters, so that no line ends there."""
    return re.sub("[\u00a0\u202f]", _HARD, text)


def _part(text: str) -> str:
    return text.replace(_HARD, " ")


def compose_brief(case: Case, appraisal: Appraisal, *, report: str | None, say: Words) -> Group:
    """The brief's parts, top to bottom."""
    verdict = say_verdict(case, appraisal, say=say)
    target = say.money(appraisal.target.value_musd)
    parts: list[RenderableType] = [
        Text(say("brief.title", title=say.name(appraisal.title), date=say.day(appraisal.as_of)), style="dim"),
        Text(_glue(say.together(verdict.headline)), style="bold"),
        Text(),
        *_books(case, appraisal, say),
        Text(),
        *_list(say("why.heading"), verdict.reasons, say),
        Text(),
        *_list(say("conditions.heading", target=target), verdict.conditions, say),
        Text(),
        *_list(say("next.heading"), verdict.next_steps, say),
        Text(),
        *_measures(appraisal, say),
    ]
    if report is not None:
        parts += [Text(), Text.assemble(say("brief.report") + " ", (report, "bold"))]
    return Group(*parts)


def _books(case: Case, appraisal: Appraisal, say: Words) -> list[RenderableType]:
    """Each book with its latest year and, by each reading of the deadline, model, record and both together."""
    headings = (say("brief.model"), say("brief.record"), say("brief.together"))
    merged = {name: _merge_deadlines(appraisal, book, say) for name, book in appraisal.books.items()}
    rows = [headings, *(chances for shown in merged.values() for _, chances in shown)]
    widths = tuple(max(map(len, column)) for column in zip(*rows, strict=True))
    parts: list[RenderableType] = [_chance_table([(Text(say("brief.chance"), style="dim"), headings)], widths)]
    for name, book in appraisal.books.items():
        stands = say(
            "brief.stands",
            value=say_level(case, appraisal, name, say),
            month=say.month(book.baseline.end),
            multiple=say.digits(appraisal.required[name].growth, 1),
        )
        parts.append(Text.assemble((say.name(book.title), "bold"), _glue(f": {stands}")))
        shown = [(Text(_glue(say("brief.by", dates=say.join(dates)))), chances) for dates, chances in merged[name]]
        parts.append(_chance_table(shown, widths))
    return parts


def _chance_table(rows: Sequence[tuple[Text, tuple[str, str, str]]], widths: Sequence[int]) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(ratio=1)
    for width in widths:
        grid.add_column(width=width)  # the same for every book, so that their columns stand below each other
    for first, chances in rows:
        grid.add_row(first, *chances)
    return grid


def _merge_deadlines(
    appraisal: Appraisal, book: BookAnswer, say: Words
) -> list[tuple[list[str], tuple[str, str, str]]]:
    """Dates with their chances in words; readings of the deadline with the same chances share a row."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for one in appraisal.deadlines:
        chances = (
            _glue(say.short_chance(book.probability[one.id], draws=appraisal.draws_used)),
            _glue(say.short_chance(book.outside_view[one.id])),
            _glue(say.short_chance(book.pooled[one.id])),
        )
        rows.setdefault(chances, []).append(say.short_date(one.latest))
    return [(dates, chances) for chances, dates in rows.items()]


def _list(heading: str, sentences: Sequence[str], say: Words) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right")
    grid.add_column()
    for number, sentence in enumerate(sentences, start=1):
        grid.add_row(f"{number}.", Text(_glue(say.together(sentence))))
    return [Text(_glue(heading), style="bold"), grid]


def _measures(appraisal: Appraisal, say: Words) -> list[RenderableType]:
    book = next(iter(appraisal.books), "")
    if not book or not appraisal.measures:
        return [Text(say("measures.none"))]
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column(say("column.measure"), ratio=1, no_wrap=True, overflow="ellipsis")
    for key in ("chance", "brings", "in_full", "latest"):
        table.add_column(say(f"brief.column.{key}"), justify="right", no_wrap=True, min_width=7)
    last = last_deadline(appraisal)
    for one in rank_measures(appraisal)[:TOP_MEASURES]:
        table.add_row(
            Text(say.name(one.title)),
            _glue(say.percent(one.probability)),
            _glue(say.number(one.shapley_musd.get(book, 0.0))),
            _glue(_in_full(one, book, say)),
            _glue(say.short_month(latest) if (latest := latest_start(appraisal, one.id, book, last=last)) else "–"),
        )
    heading = say(
        "brief.measures",
        month=say.month(appraisal.attribution_year[book]),
        book=say.name(appraisal.books[book].title),
        year=appraisal.books[book].path[-1].end.year,
    )
    return [Text(heading, style="bold"), table]


def _in_full(measure: MeasureAnswer, book: str, say: Words) -> str:
    """What it brings in full in the horizon's last year; what brings something now and nothing then is over."""
    value = measure.full_effect_musd.get(book, 0.0)
    return say("brief.over") if value == 0 and measure.shapley_musd.get(book, 0.0) > 0 else say.number(value)
