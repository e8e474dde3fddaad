"""The report as a sequence of headings, paragraphs, lists, tables and figures, for a printed document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rahdari.report.citations import Citation, Passage
from rahdari.report.page import BarPanel, FanPanel, FrontierPanel, ReportContext, RoutesPanel, Table
from rahdari.report.rendering import Pictures
from rahdari.report.words import Words


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 begins a part."""

    text: str
    level: int
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `small` ones are notes."""

    text: str
    small: bool = False
    language: str = ""
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Items:
    """A list; numbers where it is in order, else bullets."""

    texts: tuple[str, ...]
    ordered: bool = True
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    table: Table
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG with its heading, what stands under that, and its words for those who do not see it."""

    heading: str
    subheading: str
    svg: str
    words: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Pictures side by side."""

    figures: tuple[Figure, ...]
    kind: Literal["figures"] = "figures"


Leaf = Heading | Paragraph | Items | Grid | Figures


def list_leaves(page: ReportContext, *, say: Words, font: str) -> tuple[Leaf, ...]:
    """The whole report in its order, without what a headline, a cover and a foot say."""
    pictures = Pictures(say, font=font)
    return (
        *_chances(page, say),
        *_verdict(page, say),
        *_paths(page, say, pictures),
        *_measures(page, say, pictures),
        *_outcomes(page, say),
        *_routes(page, say, pictures),
        *_targets(page, say),
        *_evidence(page, say, pictures),
        *_register(page, say),
        *_ends(page, say),
    )


def _cite(citations: Iterable[Citation]) -> str:
    return "".join(f"[{one.number}]" for one in citations)


def _weave(passages: Sequence[Passage]) -> str:
    return "".join(f"{one.text}{_cite(one.citations)}" for one in passages)


def _chances(page: ReportContext, say: Words) -> list[Leaf]:
    leaves: list[Leaf] = [
        Heading(say("chances.heading"), 1),
        Paragraph(f"{say('chances.lead', target=page.target)} {_cite(page.target_citations)} {page.whose}"),
    ]
    headings = tuple(say(f"chances.{name}") for name in ("by", "model", "record", "together", "error_heading"))
    for book in page.books:
        now = f"{say('chances.now')}: {book.baseline} {book.period} {_cite(book.citations)}."
        times = f"{say('chances.multiple')}: {say('times_before', value=book.multiple)}."
        rows = tuple(
            (f"{one.letter}: {one.date}", one.inside, one.outside, one.pooled, one.error) for one in book.chances
        )
        leaves += [
            Heading(book.title, 2),
            Paragraph(" ".join(filter(None, (f"{book.counts}.", now, times, book.episode, book.middle)))),
            Grid(Table(say("chances.of", target=page.target), headings, rows, (False,) * 5)),
        ]
    lines = tuple(
        f"{one.letter}: {say('chances.deadline', words=one.words, date=one.date)} {_cite(one.citations)}"
        for one in page.deadlines
    )
    return [
        *leaves,
        Heading(say("chances.deadlines"), 2),
        Items(lines, ordered=False),
        Paragraph(page.error_note, True),
    ]


def _verdict(page: ReportContext, say: Words) -> list[Leaf]:
    return [
        Heading(say("why.heading"), 1),
        Items(page.reasons),
        Heading(say("conditions.heading", target=page.target), 1),
        Items(page.conditions),
        Heading(say("next.heading"), 1),
        Items(page.next_steps),
    ]


def _panels(macro: str, panels: Sequence[FanPanel | BarPanel | FrontierPanel], pictures: Pictures) -> Figures:
    return Figures(
        tuple(
            Figure(one.heading, one.subheading, pictures.draw(macro, one.chart), one.chart.description)
            for one in panels
        )
    )


def _paths(page: ReportContext, say: Words, pictures: Pictures) -> list[Leaf]:
    key = "; ".join(f"{one.letter}: {say('quoted', words=one.words)}" for one in page.deadlines)
    leaves: list[Leaf] = [
        Heading(say("paths.heading"), 1),
        Paragraph(say("paths.lead")),
        _panels("fan", page.fans, pictures),
        Paragraph(f"{say('chart.print_key')} {say('chart.deadline')} {key}.", True),
        *(Grid(panel.table) for panel in page.fans),
    ]
    if page.waterfalls:
        leaves += [
            Heading(say("waterfall.heading"), 1),
            Paragraph(say("waterfall.lead")),
            _panels("bars", page.waterfalls, pictures),
        ]
    return leaves


def _measures(page: ReportContext, say: Words, pictures: Pictures) -> list[Leaf]:
    part, packages = page.measures, page.packages
    leaves: list[Leaf] = [Heading(say("measures.heading"), 1), Paragraph(part.lead)]
    if part.rows:
        leaves += [Grid(part.terms), *(Grid(table) for table in part.by_book), Paragraph(part.method, True)]
        left_out = tuple(f"{row.title}: {_weave(row.not_modelled)}." for row in part.rows if row.not_modelled)
        leaves += [Heading(say("measures.leaves_out"), 2), Items(left_out, ordered=False)]
    leaves += [Heading(say("packages.heading"), 1), Paragraph(packages.lead)]
    if packages.panels:
        leaves += [_panels("frontier", packages.panels, pictures), *(Grid(panel.table) for panel in packages.panels)]
    leaves += [Grid(table) for table in (*packages.by_then, *packages.orders)]
    if packages.rests:
        leaves += [Paragraph(packages.rests_lead, True), *(Grid(table) for table in packages.rests)]
    return leaves


def _outcomes(page: ReportContext, say: Words) -> list[Leaf]:
    part = page.outcomes
    leaves: list[Leaf] = [Heading(say("outcomes.heading"), 1), Paragraph(part.lead)]
    if part.reach.rows:
        leaves.append(Grid(part.reach))
    if part.returns:
        leaves += [Heading(say("outcomes.worth"), 2), Paragraph(part.returns_note, True)]
    leaves += [Grid(table) for table in (*part.returns, *part.starts)]
    if part.regrets.rows:
        leaves.append(Grid(part.regrets))
    return [*leaves, *(Grid(table) for table in part.slopes)]


def _routes(page: ReportContext, say: Words, pictures: Pictures) -> list[Leaf]:
    part, corridors = page.routes, page.corridors
    leaves: list[Leaf] = [Heading(say("routes.heading"), 1), Paragraph(part.lead)]
    if part.base is not None:
        shown = tuple(
            Figure(one.heading, one.subheading, pictures.draw("map", one.map, ground=part.base), one.map.description)
            for one in part.panels
            if one.map is not None
        )
        leaves += [Figures(shown), Paragraph(f"{say('map.print_key')} {part.ground_note}", True)]
    leaves += [Grid(_route_table(panel, say)) for panel in part.panels if panel.routes]
    leaves += [Paragraph(f"{panel.heading}: {panel.note}", True) for panel in part.panels if panel.note]
    if part.obstacles:
        headings = tuple(say(f"column.{name}") for name in ("where", "state", "since", "verified", "known"))
        rows = tuple(
            (row.name, row.state, row.since, row.verified, f"{_weave(row.note)} {_cite(row.citations)}")
            for row in part.obstacles
        )
        leaves.append(Grid(Table(part.obstacles_heading, headings, rows, (False,) * 5)))
    if part.gateways.rows:
        leaves.append(Grid(part.gateways))
    if part.emissions.rows:
        leaves.append(Grid(part.emissions))
    if corridors.table is not None and corridors.indicators is not None:
        leaves += [Heading(say("corridors.heading"), 1), Paragraph(f"{corridors.lead} {_cite(corridors.citations)}")]
        if corridors.map is not None:
            drawn = pictures.draw("corridors", corridors.map)
            leaves += [
                Figures((Figure(corridors.map.title, "", drawn, corridors.map.description),)),
                Paragraph(say("corridors.print_key"), True),
            ]
        leaves += [Grid(corridors.table), Grid(corridors.indicators), Paragraph(corridors.note, True)]
    return leaves


def _route_table(panel: RoutesPanel, say: Words) -> Table:
    headings = ("number", "route", "days", "usd_per_t", "chance_open")
    rows = tuple((str(row.rank), row.name, f"{row.days} ({row.spread})", row.cost, row.chance) for row in panel.routes)
    return Table(
        f"{panel.caption}, {panel.subheading}",
        tuple(say(f"column.{name}") for name in headings),
        rows,
        (False, False, True, True, True),
    )


def _targets(page: ReportContext, say: Words) -> list[Leaf]:
    part = page.targets
    leaves: list[Leaf] = [Heading(say("targets.heading"), 1), Paragraph(part.lead)]
    leaves += [Grid(table) for table in part.matrix]
    leaves += [Paragraph(part.note, True), *(Grid(table) for table in part.even), Grid(part.required)]
    leaves.append(Heading(say("targets.drafts"), 2))
    for draft in part.drafts:
        leaves += [
            Paragraph(f"{draft.title}: {draft.target}"),
            Paragraph(draft.english, language="en"),
            Paragraph(draft.russian, language="ru"),
        ]
    return leaves


def _evidence(page: ReportContext, say: Words, pictures: Pictures) -> list[Leaf]:
    outside, required, sensitivity, books = page.outside, page.required, page.sensitivity, page.differences
    leaves: list[Leaf] = [
        Heading(say("outside.heading"), 1),
        Paragraph(f"{outside.lead} {_cite(outside.citations)}"),
        Grid(outside.table),
    ]
    if outside.nearest:
        leaves += [Heading(say("outside.nearest"), 2), Items(outside.nearest, ordered=False)]
    leaves += [
        Heading(say("required.heading"), 1),
        Paragraph(f"{required.lead} {required.elasticity_words}"),
        Grid(required.table),
        Grid(required.elasticity),
    ]
    if required.equilibrium.rows:
        leaves.append(Grid(required.equilibrium))
    if required.welfare.rows:
        leaves.append(Grid(required.welfare))
    leaves += [Heading(say("sensitivity.heading"), 1), Paragraph(sensitivity.lead)]
    if sensitivity.panels:
        leaves += [_panels("bars", sensitivity.panels, pictures), Grid(sensitivity.table)]
    sources = "; ".join(f"{title} {_cite(citations)}" for title, citations in books.sources)
    return [
        *leaves,
        Heading(say("books.heading"), 1),
        Paragraph(say("books.lead")),
        Grid(books.table),
        Paragraph(f"{say('books.sources')} {sources}.", True),
        Grid(books.figures),
    ]


def _register(page: ReportContext, say: Words) -> list[Leaf]:
    part = page.register
    leaves: list[Leaf] = [Heading(say("register.heading"), 1), Paragraph(f"{part.lead} {part.instruments}")]
    if part.rivals:
        told = tuple(
            f"{row.what}: " + "; ".join(f"{one.value} {_cite(one.citations)}" for one in row.counts)
            for row in part.rivals
        )
        leaves += [Heading(say("register.rivals"), 2), Items(told, ordered=False)]
    headings = tuple(say(f"column.{name}") for name in ("commitment", "state", "terms", "steps"))
    for group in part.groups:
        rows = tuple(
            (
                f"{row.title} {_cite(row.citations)}",
                row.status,
                row.terms,
                " ".join(
                    f"{step.title}: {step.state}. {step.evidence} {_cite(step.citations)}" for step in row.milestones
                ),
            )
            for row in group.rows
        )
        leaves.append(Grid(Table(group.heading, headings, rows, (False,) * 4)))
    told = tuple(f"{_weave(row.why)}: {'; '.join(link.text for link in row.links)}" for row in page.not_modelled)
    return [*leaves, Heading(say("not_modelled.heading"), 1), Paragraph(say("not_modelled.lead")), Items(told, False)]


def _ends(page: ReportContext, say: Words) -> list[Leaf]:
    headings = tuple(say(f"column.{name}") for name in ("what", "value", "reason"))
    rows = tuple((row.what, row.value, f"{_weave(row.reason)} {_cite(row.citations)}") for row in page.assumptions)
    cited = tuple(f"{one.title}. {one.publisher}, {one.date}. {one.url} ({one.use})" for one in page.sources)
    caption = say("assumptions.heading")
    return [
        Heading(caption, 1),
        Paragraph(say("assumptions.lead", count=len(page.assumptions))),
        Grid(Table(caption, headings, rows, (False, True, False))),
        Heading(say("sources.heading"), 1),
        Paragraph(say("sources.lead"), True),
        Items(cited),
        Paragraph(say("sources.more_in_workbook", count=len(page.other_sources)), True),
        Heading(say("reproduce.heading"), 1),
        Items(tuple(f"{name}: {value}" for name, value in page.reproduce), ordered=False),
        *(Paragraph(text, True) for text in page.warnings),
    ]
