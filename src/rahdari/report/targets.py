"""The annex on the target itself: even chances, every reading of the promise, drafts to sign, and what matters most."""

from __future__ import annotations

from rahdari.appraisal.baseline import TURNOVER
from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.sensitivity import BookSensitivity
from rahdari.appraisal.target_setting import WINDOWS, VerdictCell
from rahdari.case import Case
from rahdari.report.bars import draw_tornadoes
from rahdari.report.charts import LETTERS
from rahdari.report.page import BarPanel, DraftRow, SensitivityPart, Table, TargetPart
from rahdari.report.words import Words

NEGLIGIBLE = 0.005


def build_target_part(case: Case, appraisal: Appraisal, *, say: Words) -> TargetPart:
    """Even-chance targets by book, the matrix of readings, what is required and the drafts."""
    setting = appraisal.target_setting
    return TargetPart(
        lead=say("targets.lead", target=say.money(appraisal.target.value_musd)),
        even=tuple(_even_table(case, appraisal, name, say) for name in appraisal.books),
        matrix=tuple(_matrix_table(case, appraisal, name, say) for name in appraisal.books),
        required=_required_table(case, appraisal, say),
        drafts=tuple(
            DraftRow(
                title=say.name(appraisal.books[draft.book].title),
                target=say("targets.draft", value=say.money(draft.target_musd), month=say.month(draft.end)),
                english=draft.english,
                russian=draft.russian,
            )
            for draft in setting.drafts
        ),
        note=say("targets.note"),
    )


def build_sensitivity_part(appraisal: Appraisal, *, say: Words) -> SensitivityPart:
    """What each book's outlook is most sensitive to, largest first in the first book."""
    books = appraisal.sensitivity
    titles = {group.group: group.title for book in books[:1] for group in book.groups}
    by_book = {book.book: {group.group: group for group in book.groups} for book in books}
    rows = tuple(
        (
            say.term("sensitivity", group, title),
            *(_say_index(by_book[book.book][group].index, by_book[book.book][group].se, say) for book in books),
        )
        for group, title in titles.items()
    )
    years = ", ".join(
        say("sensitivity.year", book=say.name(appraisal.books[book.book].title), month=say.month(book.end))
        for book in books
    )
    lead = (
        say("sensitivity.lead", draws=say.digits(books[0].draws, 0), years=years)
        if books
        else say("sensitivity.too_few")
    )
    headings = (say("column.uncertain"), *(say.name(appraisal.books[book.book].title) for book in books))
    return SensitivityPart(
        lead=lead,
        panels=tuple(
            BarPanel(
                heading=say.name(appraisal.books[book.book].title),
                subheading=say("sensitivity.subheading", month=say.month(book.end)),
                chart=chart,
                table=_index_table(book, chart.title, say),
            )
            for book, chart in zip(books, draw_tornadoes(appraisal, say=say), strict=True)
        ),
        table=Table(say("sensitivity.heading"), headings, rows, (False, *[True] * len(books))),
    )


def _index_table(book: BookSensitivity, caption: str, say: Words) -> Table:
    rows = tuple(
        (say.term("sensitivity", group.group, group.title), _say_index(group.index, group.se, say))
        for group in book.groups
    )
    return Table(caption, (say("column.uncertain"), say("column.share_of_spread")), rows, (False, True))


def say_target_flow(case: Case, flow: str, say: Words) -> str:
    """'Trade both ways' or the direction."""
    return say("flow.both_capital") if flow == TURNOVER else say.direction_of(case, flow)


def _say_index(index: float, se: float, say: Words) -> str:
    if index < NEGLIGIBLE:
        return say("sensitivity.negligible", share=say.percent(NEGLIGIBLE))
    return f"{say.percent(index)} ± {say.percent(se)}"


def _even_table(case: Case, appraisal: Appraisal, name: str, say: Words) -> Table:
    rows = [row for row in appraisal.target_setting.even_chance if row.book == name]
    flows = tuple(dict.fromkeys(row.flow for row in rows))
    by_end = {(row.flow, row.end): row for row in rows}
    return Table(
        say("targets.even", book=say.name(appraisal.books[name].title)),
        (
            say("column.year_to"),
            *(say("targets.in_year", flow=say_target_flow(case, flow, say)) for flow in flows),
            say("targets.by_year"),
            say("targets.four_in_five"),
        ),
        tuple(
            (
                say.short_month(end),
                *(say.amount(by_end[flow, end].in_year_musd) for flow in flows),
                say.amount(by_end[flows[0], end].by_year_musd),
                say.amount(by_end[flows[0], end].likely_musd),
            )
            for end in dict.fromkeys(row.end for row in rows)
        ),
        (False, *[True] * (len(flows) + 2)),
    )


def _matrix_table(case: Case, appraisal: Appraisal, name: str, say: Words) -> Table:
    cells = {
        (cell.flow, cell.window, cell.deadline): cell for cell in appraisal.target_setting.matrix if cell.book == name
    }
    flows = tuple(dict.fromkeys(flow for flow, *_ in cells))
    return Table(
        say(
            "targets.matrix", book=say.name(appraisal.books[name].title), target=say.money(appraisal.target.value_musd)
        ),
        (
            say("column.flow"),
            say("column.window"),
            *(
                f"{letter}: {say.name(one.text)} ({say.short_date(one.latest)})"
                for letter, one in zip(LETTERS, appraisal.deadlines, strict=False)
            ),
        ),
        tuple(
            (
                say_target_flow(case, flow, say),
                say(f"window.{window}"),
                *(
                    _say_cell(cells[flow, window, one.id], draws=appraisal.draws_used, say=say)
                    for one in appraisal.deadlines
                ),
            )
            for flow in flows
            for window in WINDOWS
        ),
        (False, False, *[False] * len(appraisal.deadlines)),
    )


def _say_cell(cell: VerdictCell, *, draws: int, say: Words) -> str:
    if not cell.periods:
        return say("targets.no_period")
    verdict = say.term("verdict", cell.verdict.replace(" ", "-"), cell.verdict)
    if cell.probability == 0:
        return say.together(say("targets.no_hit", verdict=verdict, draws=say.digits(draws, 0)))
    return say.together(f"{verdict}: {say.chance(cell.probability)}")


def _required_table(case: Case, appraisal: Appraisal, say: Words) -> Table:
    rows = appraisal.target_setting.required
    elasticities = [factor.elasticity for factor in rows[0].cost_factors] if rows else []
    return Table(
        say("targets.required"),
        (
            say("column.book"),
            say("column.flow"),
            say("column.latest_year"),
            say("outside.column.growth_needed"),
            *(say("targets.cost_times", value=say.plain(elasticity)) for elasticity in elasticities),
        ),
        tuple(
            (
                say.name(appraisal.books[row.book].title),
                say_target_flow(case, row.flow, say),
                say.amount(row.baseline_musd),
                say("times", value=say.digits(row.multiple, 1)),
                *(say.digits(factor.factor, 2) for factor in row.cost_factors),
            )
            for row in rows
        ),
        (False, False, True, True, *[True] * len(elasticities)),
    )
