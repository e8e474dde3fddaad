"""What an appraisal says: one frozen value a part, named as the public contract names its keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rahdari.appraisal.contributions import BookContributions, BookWaterfall
from rahdari.appraisal.portfolio import Frontier
from rahdari.appraisal.prospects import Reach, Regret
from rahdari.appraisal.returns import Return
from rahdari.appraisal.sensitivity import BookSensitivity
from rahdari.appraisal.slopes import BookSlopes
from rahdari.appraisal.target_setting import TargetSetting
from rahdari.appraisal.timing import LatestStart
from rahdari.appraisal.welfare import WelfareAnswer


@dataclass(frozen=True, slots=True)
class TargetAnswer:
    """The promised trade in USD million; `book` is None where the promise names no statistics."""

    value_musd: float
    flow: str
    book: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeadlineAnswer:
    """One reading of the deadline."""

    id: str
    text: str
    earliest: date | None
    latest: date
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BaselineAnswer:
    """A book's latest reporting year in USD million, and the part of it that was an episode."""

    value_musd: float
    start: date
    end: date
    sources: tuple[str, ...]
    episode_musd: float
    by_direction: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PathYear:
    """Quantiles of one reporting year's flow over the draws, in USD million."""

    start: date
    end: date
    p05: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    p95: float
    mean: float


@dataclass(frozen=True, slots=True)
class OutsideAnswer:
    """The record behind an outside view: windows of similar pairs and resolved targets.

    `target_chance` is what the model of announced targets says of this one: the mean of the posterior, which may lie
    above its 80 % interval where that is skewed, with its median and the observations that it is worth beside the
    pairs' (all None where no target is on record); `renewal` whether the two announced a target before.
    """

    years: int
    multiple: float
    low_musd: float
    high_musd: float
    hits: int
    windows: int
    targets_met: int
    targets_resolved: int
    required_growth: float
    nearest: tuple[str, ...]
    target_chance: float | None
    target_chance_p50: float | None
    target_chance_low: float | None
    target_chance_high: float | None
    target_observations: float | None
    renewal: bool


@dataclass(frozen=True, slots=True)
class HistoryYear:
    """A reporting year of the book's past, in USD million."""

    start: date
    end: date
    value_musd: float


@dataclass(frozen=True, slots=True)
class BookAnswer:
    """One book: where it stands, its fan with and without measures, and the target by each deadline.

    `probability` is the model's (inside view), `outside_view` the record's, `pooled` the mean of their log-odds;
    `probability_se` is the Monte Carlo standard error. `cost_share` is freight and time over value by direction at the
    baseline; `free_transport_factor` is what the book's trade would be multiplied by in the long run if that
    cost fell to nothing.
    """

    title: str
    flow: str
    basis: str
    valuation: str
    partner_rule: str
    fiscal_year: str
    baseline: BaselineAnswer
    history: tuple[HistoryYear, ...]
    path: tuple[PathYear, ...]
    without: tuple[PathYear, ...]
    probability: Mapping[str, float]
    probability_se: Mapping[str, float]
    probability_without: Mapping[str, float]
    outside_view: Mapping[str, float]
    pooled: Mapping[str, float]
    outside: Mapping[str, OutsideAnswer]
    year_p50: int | None
    p_never: float
    noise_sd: float
    contracts_musd: Mapping[str, float]
    cost_share: Mapping[str, float]
    free_transport_factor: float


@dataclass(frozen=True, slots=True)
class MeasureAnswer:
    """What one measure contributes, by book, in the reporting year of the last deadline (USD million).

    `probability` is the chance of delivery; for contracts it is times the share of their value that is realised.
    Transit is third-country cargo and what ports charge for it, a year; it is no part of the pair's trade.
    `precedence_musd` is Shapley's value over the orders alone in which no measure comes before one that it needs.
    """

    id: str
    title: str
    commitments: tuple[str, ...]
    start: date
    probability: float
    shapley_musd: Mapping[str, float]
    shapley_se: Mapping[str, float]
    precedence_musd: Mapping[str, float]
    precedence_se: Mapping[str, float]
    first_in_musd: Mapping[str, float]
    last_in_musd: Mapping[str, float]
    probability_gain: Mapping[str, Mapping[str, float]]
    transit_tonnes: float | None
    transit_fees_musd: float | None
    cost_musd: float | None
    payer: str | None
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    not_modelled: str | None
    full_effect_musd: Mapping[str, float]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactorAnswer:
    """The trade-cost factor that would bring the target alone, at one elasticity."""

    elasticity: float
    factor: float


@dataclass(frozen=True, slots=True)
class RequiredAnswer:
    """What the target requires of a book: growth as a multiple of the baseline, or a trade-cost factor."""

    growth: float
    cost_factor: tuple[FactorAnswer, ...]


@dataclass(frozen=True, slots=True)
class PackageAnswer:
    """The best set of so many measures by its effect in a book (USD million in the attribution year)."""

    book: str
    size: int
    measures: tuple[str, ...]
    effect_musd: float
    cost_musd: float | None


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """A route in short: what it passes, days and USD per tonne, and the nodes it runs through."""

    name: str
    via: tuple[str, ...]
    time_h: float
    p10: float
    p90: float
    cost_usd_per_t: float
    availability: float
    nodes: tuple[str, ...]
    modes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingAnswer:
    """The routes between the parties in one setting: before the closure, on the case's day, with a measure."""

    setting: str
    date: date
    start: str
    end: str
    commodity: str
    routes: tuple[RouteAnswer, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorAnswer:
    """One indicator in one setting."""

    id: str
    title: str
    setting: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class EmissionAnswer:
    """What the freight of one direction emits in one setting, well to wheel: a tonne of goods, and in a year."""

    direction: str
    setting: str
    kg_per_t: float
    t_per_year: float | None


@dataclass(frozen=True, slots=True)
class NotModelled:
    """A commitment without a quantified effect, and why."""

    commitment: str
    why: str


@dataclass(frozen=True, slots=True)
class StopLoad:
    """One loaded stop: traffic in Mt a year, what the forecast adds, and its time over the known one."""

    stop: str
    background_mt_per_year: float
    capacity_mt_per_year: float
    added_mt_per_year: float
    time_ratio: float


@dataclass(frozen=True, slots=True)
class FeedbackAnswer:
    """Whether border times rise with the trade that the forecast brings, why so, where, and after how many rounds."""

    on: bool
    why: str
    stops: tuple[StopLoad, ...]
    rounds: int


@dataclass(frozen=True, slots=True)
class EquilibriumCheck:
    """One direction's change in the last deadline's year: closed form against general equilibrium."""

    direction: str
    elasticity: float
    cost_factor: float
    closed_form: float
    general_equilibrium: float


@dataclass(frozen=True, slots=True)
class ElasticityYear:
    """The elasticity in use so many years after a lasting change."""

    years: float
    elasticity: float


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure that is assumed or judged (strength D), with its reason."""

    what: str
    value: float
    unit: str
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Everything that an appraisal says about a case."""

    case: str
    title: str
    as_of: date
    target: TargetAnswer
    deadlines: tuple[DeadlineAnswer, ...]
    books: Mapping[str, BookAnswer]
    measures: tuple[MeasureAnswer, ...]
    total_effect_musd: Mapping[str, float]
    attribution_draws: int
    attribution_orders: Mapping[str, int]
    attribution_year: Mapping[str, date]
    required: Mapping[str, RequiredAnswer]
    target_setting: TargetSetting
    sensitivity: tuple[BookSensitivity, ...]
    portfolio: tuple[PackageAnswer, ...]
    frontiers: tuple[Frontier, ...]
    latest_starts: tuple[LatestStart, ...]
    returns: tuple[Return, ...]
    no_regret: tuple[Regret, ...]
    reach: tuple[Reach, ...]
    contributions: tuple[BookContributions, ...]
    waterfalls: tuple[BookWaterfall, ...]
    derivatives: tuple[BookSlopes, ...]
    routes: tuple[SettingAnswer, ...]
    indicators: tuple[IndicatorAnswer, ...]
    emissions: tuple[EmissionAnswer, ...]
    elasticity: tuple[ElasticityYear, ...]
    equilibrium: tuple[EquilibriumCheck, ...]
    welfare: tuple[WelfareAnswer, ...]
    not_modelled: tuple[NotModelled, ...]
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...]
    seed: int
    draws: int
    precision: float | None
    draws_used: int
    feedback: FeedbackAnswer
    case_sha256: str
