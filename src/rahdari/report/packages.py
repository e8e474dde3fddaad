"""The part of the page on sets of measures: what a budget buys, in what order, and on whom the result rests."""

from __future__ import annotations

from rahdari.appraisal.contributions import BookContributions, Share
from rahdari.appraisal.portfolio import Frontier, Package
from rahdari.appraisal.result import Appraisal
from rahdari.report.frontier import draw_frontier
from rahdari.report.page import FrontierPanel, PackagesPart, Table
from rahdari.report.words import NONE, Words

LASTING = "delivered"


def build_packages_part(appraisal: Appraisal, *, say: Words) -> PackagesPart:
    """Frontiers as charts and tables, the order of measures, and contributions by commitment, group and party."""
    panels = []
    for number, one in enumerate(
        (one for one in appraisal.frontiers if one.basis == LASTING and one.packages), start=1
    ):
        heading = say.name(appraisal.books[one.book].title)
        panels.append(
            FrontierPanel(
                heading=heading,
                subheading=_subheading(one, say),
                chart=draw_frontier(one, number=number, book=heading, say=say),
                table=_frontier_table(appraisal, one, say),
            )
        )
    return PackagesPart(
        lead=say("packages.lead") if panels else say("packages.none"),
        panels=tuple(panels),
        by_then=tuple(
            _frontier_table(appraisal, one, say) for one in appraisal.frontiers if one.basis != LASTING and one.packages
        ),
        orders=tuple(_order_table(appraisal, one, say) for one in appraisal.frontiers if one.order),
        rests_lead=say("packages.rests_lead") if appraisal.contributions else "",
        rests=tuple(table for one in appraisal.contributions for table in _rests_tables(appraisal, one, say)),
    )


def _subheading(one: Frontier, say: Words) -> str:
    return say(f"packages.{one.basis}", month=say.month(one.end))


def _frontier_table(appraisal: Appraisal, one: Frontier, say: Words) -> Table:
    titles = {measure.id: say.name(measure.title) for measure in appraisal.measures}
    rows = []
    before: Package | None = None
    for number, package in enumerate(one.packages, start=1):
        rows.append((
            str(number),
            _say_change(before, package, titles, say),
            say.amount(package.cost_musd),
            say.digits(package.effect_musd, 2),
            say.join([titles.get(name, name) for name in package.without_cost]) if before is None else "",
        ))  # fmt: skip
        before = package
    headings = ("number", "which", "cost", "effect", "without_cost")
    caption = say("packages.table", book=say.name(appraisal.books[one.book].title), which=_subheading(one, say))
    return Table(
        caption, tuple(say(f"column.{name}") for name in headings), tuple(rows), (False, False, True, True, False)
    )


def _say_change(before: Package | None, package: Package, titles: dict[str, str], say: Words) -> str:
    """The first package whole, of each later one what it adds and drops."""
    held = set(before.measures) if before is not None else set()
    added = say.join([titles.get(name, name) for name in package.measures if name not in held]) or NONE
    if before is None:
        return added
    dropped = [titles.get(name, name) for name in before.measures if name not in package.measures]
    words = say("measures.adds", names=added)
    return words + say("measures.drops", names=say.join(dropped)) if dropped else words


def _order_table(appraisal: Appraisal, one: Frontier, say: Words) -> Table:
    titles = {measure.id: say.name(measure.title) for measure in appraisal.measures}
    rows = tuple(
        (
            titles.get(step.measure, step.measure),
            say.digits(step.gain_musd, 2),
            say.amount(step.cost_musd),
            NONE if step.gain_per_musd is None else say.number(step.gain_per_musd),
        )
        for step in one.order
    )
    caption = say("packages.order", book=say.name(appraisal.books[one.book].title), which=_subheading(one, say))
    headings = ("measure", "adds", "cost", "per_musd")
    return Table(caption, tuple(say(f"column.{name}") for name in headings), rows, (False, True, True, True))


def _rests_tables(appraisal: Appraisal, one: BookContributions, say: Words) -> list[Table]:
    book, month = say.name(appraisal.books[one.book].title), say.month(one.end)
    ways: tuple[tuple[str, tuple[Share, ...]], ...] = (
        ("commitment", one.by_commitment),
        ("working_group", one.by_working_group),
        ("party", one.by_party),
    )
    return [
        Table(
            say(f"packages.by_{way}", book=book, month=month),
            (say(f"column.{way}"), say("column.contribution")),
            tuple(
                (say.name(share.title) if share.id else say("packages.nobody"), say.digits(share.effect_musd, 2))
                for share in shares
            ),
            (False, True),
        )
        for way, shares in ways
    ]
