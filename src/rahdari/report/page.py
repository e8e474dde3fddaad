"""The report page as one typed context: every figure is a text with its unit, so the template only lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from rahdari.report.bars import BarChart
from rahdari.report.charts import Bar, FanChart
from rahdari.report.citations import Citation, Passage, SourceEntry
from rahdari.report.corridor_map import CorridorMap
from rahdari.report.frontier import FrontierChart
from rahdari.report.maps import BaseMap, RouteMap


@dataclass(frozen=True, slots=True)
class Table:
    """A table: one heading a column; the first column of each row names it; `numeric` columns stand to the right."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ChanceRow:
    """One reading of the deadline in one book: the chance by the model, by the record, and together."""

    letter: str
    words: str
    date: str
    inside: str
    outside: str
    pooled: str
    error: str


@dataclass(frozen=True, slots=True)
class BookCard:
    """One book at the head of the page."""

    title: str
    counts: str
    baseline: str
    period: str
    episode: str
    multiple: str
    chances: tuple[ChanceRow, ...]
    middle: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One reading of the deadline: its letter in the charts, the words as said, and the day they come to."""

    letter: str
    words: str
    date: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class FanPanel:
    """A fan chart with its heading and its data."""

    heading: str
    subheading: str
    chart: FanChart
    table: Table


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure: what it adds by the deadline, and in full by the horizon."""

    title: str
    terms: str
    contribution: str
    full: str
    contribution_bar: Bar
    full_bar: Bar
    commitments: tuple[Link, ...]
    not_modelled: tuple[Passage, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link within the page."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class MeasuresPart:
    """The measures, ranked in the first book."""

    book: str
    lead: str
    bars_label: str
    contribution_heading: str
    full_heading: str
    rows: tuple[MeasureRow, ...]
    terms: Table
    by_book: tuple[Table, ...]
    packages: Table
    method: str


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One route in one setting."""

    rank: int
    name: str
    days: str
    spread: str
    cost: str
    chance: str


@dataclass(frozen=True, slots=True)
class RoutesPanel:
    """A setting's map and its routes."""

    heading: str
    caption: str
    subheading: str
    map: RouteMap | None
    routes: tuple[RouteRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ObstacleRow:
    """What is shut or at risk on the case's day."""

    name: str
    state: str
    since: str
    verified: str
    note: tuple[Passage, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class MapPart:
    """Maps, routes, obstacles and gateways."""

    lead: str
    base: BaseMap | None
    ground_note: str
    panels: tuple[RoutesPanel, ...]
    obstacles: tuple[ObstacleRow, ...]
    obstacles_heading: str
    gateways: Table
    emissions: Table


@dataclass(frozen=True, slots=True)
class Badge:
    """A status in words; `tone` says how firm it is: firm, middle or loose."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A step with its state on both sides, in words."""

    title: str
    state: str
    evidence: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """One commitment."""

    anchor: str
    title: str
    status: str
    tone: str
    terms: str
    milestones: tuple[MilestoneRow, ...]
    strength: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CommitmentGroup:
    """Commitments of one kind."""

    heading: str
    rows: tuple[CommitmentRow, ...]


@dataclass(frozen=True, slots=True)
class RivalRow:
    """One thing that is counted differently by different sources."""

    what: str
    counts: tuple[RivalCount, ...]


@dataclass(frozen=True, slots=True)
class RivalCount:
    """One of the rival figures."""

    value: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class RegisterPart:
    """The register of commitments."""

    lead: str
    instruments: str
    badges: tuple[tuple[Badge, ...], ...]
    groups: tuple[CommitmentGroup, ...]
    rivals: tuple[RivalRow, ...]


@dataclass(frozen=True, slots=True)
class NotModelledRow:
    """Commitments without a quantified effect that share one reason."""

    links: tuple[Link, ...]
    why: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class DifferencesPart:
    """Where the countries' books differ."""

    table: Table
    sources: tuple[tuple[str, tuple[Citation, ...]], ...]
    figures: Table


@dataclass(frozen=True, slots=True)
class OutsidePart:
    """The record of comparable pairs and targets."""

    lead: str
    table: Table
    nearest: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class RequiredPart:
    """What would be required."""

    lead: str
    table: Table
    elasticity: Table
    elasticity_words: str
    equilibrium: Table
    welfare: Table


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A paragraph that defines the indicator, in English and in Russian."""

    title: str
    target: str
    english: str
    russian: str


@dataclass(frozen=True, slots=True)
class TargetPart:
    """The annex on the target itself: even chances and readings by book, what is required, drafts to sign."""

    lead: str
    even: tuple[Table, ...]
    matrix: tuple[Table, ...]
    required: Table
    drafts: tuple[DraftRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class BarPanel:
    """A bar chart with its heading and its data."""

    heading: str
    subheading: str
    chart: BarChart
    table: Table


@dataclass(frozen=True, slots=True)
class FrontierPanel:
    """A frontier with its heading and its data."""

    heading: str
    subheading: str
    chart: FrontierChart
    table: Table


@dataclass(frozen=True, slots=True)
class PackagesPart:
    """Sets of measures: frontiers, the order in which to add them, and on whom the result rests."""

    lead: str
    panels: tuple[FrontierPanel, ...]
    by_then: tuple[Table, ...]
    orders: tuple[Table, ...]
    rests_lead: str
    rests: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class OutcomesPart:
    """What reaches the target, what each measure is worth, how late it may start, and where an hour counts."""

    lead: str
    reach: Table
    returns: tuple[Table, ...]
    returns_note: str
    starts: tuple[Table, ...]
    regrets: Table
    slopes: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class CorridorsPart:
    """The corridors of the case: map, state of each, indicators in each direction; all empty where there is none."""

    lead: str
    map: CorridorMap | None
    table: Table | None
    indicators: Table | None
    note: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SensitivityPart:
    """What each book's outlook is most sensitive to."""

    lead: str
    panels: tuple[BarPanel, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """A figure that is assumed or judged."""

    what: str
    value: str
    reason: tuple[Passage, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Everything on the report page, in its order."""

    language: str
    direction: str
    title: str
    parties: str
    as_of: str
    headline: str
    target: str
    whose: str
    books: tuple[BookCard, ...]
    error_note: str
    deadlines: tuple[DeadlineLine, ...]
    target_citations: tuple[Citation, ...]
    fans: tuple[FanPanel, ...]
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    next_steps: tuple[str, ...]
    waterfalls: tuple[BarPanel, ...]
    measures: MeasuresPart
    packages: PackagesPart
    outcomes: OutcomesPart
    routes: MapPart
    corridors: CorridorsPart
    register: RegisterPart
    not_modelled: tuple[NotModelledRow, ...]
    differences: DifferencesPart
    outside: OutsidePart
    required: RequiredPart
    targets: TargetPart
    sensitivity: SensitivityPart
    assumptions: tuple[AssumptionRow, ...]
    sources: tuple[SourceEntry, ...]
    other_sources: tuple[SourceEntry, ...]
    reproduce: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
