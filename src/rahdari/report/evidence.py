"""The evidence part of the page: where the books differ, the outside view, what would be required, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rahdari.appraisal.result import Appraisal, OutsideAnswer
from rahdari.case import Case
from rahdari.claims import Claim, pick_claim
from rahdari.report.citations import Citation, Citations
from rahdari.report.page import AssumptionRow, DifferencesPart, OutsidePart, RequiredPart, Table
from rahdari.report.words import (
    NONE,
    keep_together,
    say_chance,
    say_date,
    say_identifier,
    say_number,
    say_percent,
    say_short_date,
    say_unit_value,
)

_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "probability": "chance of delivery",
        "delay_months": "mean delay",
        "ramp_months": "time until full effect",
        "cost_musd": "cost",
    }
)


def say_flow(case: Case, flow: str) -> str:
    """What a book counts: 'trade both ways', or 'only exports of Pakistan to Kazakhstan'."""
    if flow == "turnover":
        return "trade both ways"
    exporter, _, importer = flow.partition("-")
    return f"only exports of {case.name_of(exporter)} to {case.name_of(importer)}"


def say_direction(case: Case, flow: str) -> str:
    """A direction: 'Pakistan to Kazakhstan'."""
    exporter, _, importer = flow.partition("-")
    return f"{case.name_of(exporter)} to {case.name_of(importer)}"


def build_differences(case: Case, appraisal: Appraisal, citations: Citations) -> DifferencesPart:
    """The forecast books side by side, and the latest figure of every book of the case."""
    books = appraisal.books
    directions = list(dict.fromkeys(flow for book in books.values() for flow in book.baseline.by_direction))
    rows: list[tuple[str, ...]] = [
        ("Counts", *(say_flow(case, book.flow) for book in books.values())),
        ("Basis", *(book.basis for book in books.values())),
        ("Valuation", *(book.valuation for book in books.values())),
        ("Partner", *(book.partner_rule for book in books.values())),
        ("Year", *(f"from {book.fiscal_year}" for book in books.values())),
        ("Latest year ends", *(say_date(book.baseline.end) for book in books.values())),
        ("Trade in it, million USD", *(say_number(book.baseline.value_musd) for book in books.values())),
        ("Of it a lumpy episode", *(say_number(book.baseline.episode_musd) for book in books.values())),
    ]
    for flow in directions:
        shown = [book.baseline.by_direction.get(flow) for book in books.values()]
        rows.append((say_direction(case, flow), *(NONE if one is None else say_number(one) for one in shown)))
    for flow in directions:
        costs = [book.cost_share.get(flow) for book in books.values()]
        label = f"Freight, time and risk over value, {say_direction(case, flow)}"
        rows.append((label, *(NONE if one is None else say_percent(one) for one in costs)))
    table = Table(
        "The books of the forecast: a different concept in each column, never noise around one number",
        ("", *(book.title for book in books.values())),
        tuple(rows),
        (False, *[False] * len(books)),
    )
    sources = tuple((book.title, citations.cite(book.baseline.sources)) for book in books.values())
    return DifferencesPart(table, sources, _figures(case))


def _figures(case: Case) -> Table:
    """The latest recorded trade in every book of the case, by direction, in USD million."""
    first, second = case.settings.parties
    flows = (f"{first}-{second}", f"{second}-{first}", "turnover")
    rows = []
    for book in case.books.values():
        cells = []
        for flow in flows:
            claims = case.claims.all_of(f"flow:{flow}", "trade_musd", book=book.id)
            cells.append(_latest(claims))
        if any(cell != NONE for cell in cells):
            rows.append((book.title, *cells))
    headings = ("Book", say_direction(case, flows[0]), say_direction(case, flows[1]), "Both ways")
    return Table("Latest year that each book records, million USD", headings, tuple(rows), (False, True, True, True))


def _latest(claims: tuple[Claim, ...]) -> str:
    dated = [claim for claim in claims if claim.period is not None]
    if not dated:
        return NONE
    last = max(claim.period.end for claim in dated if claim.period is not None)
    picked = pick_claim(claim for claim in dated if claim.period is not None and claim.period.end == last)
    return f"{say_number(picked.value)} ({picked.period})"


def build_outside(case: Case, appraisal: Appraisal, citations: Citations) -> OutsidePart:
    """How often comparable pairs and announced targets managed such growth, by book and reading of the deadline."""
    rows = []
    nearest: list[str] = []
    for book in appraisal.books.values():
        for deadline in appraisal.deadlines:
            one = book.outside[deadline.id]
            rows.append((
                book.title,
                f"{deadline.text} ({say_short_date(deadline.latest)})",
                f"{say_number(one.low_musd)}–{say_number(one.high_musd)}",
                f"{one.multiple:.1f} × in {one.years} {'year' if one.years == 1 else 'years'}",
                _say_windows(one),
                f"{one.targets_met} of {one.targets_resolved}",
                _say_target_model(one),
                keep_together(say_chance(book.outside_view[deadline.id])),
            ))  # fmt: skip
            nearest += one.nearest
    table = Table(
        "The record behind each chance",
        (
            "Book",
            "Deadline read as",
            "Pairs with, million USD",
            "Growth needed",
            "Windows of such pairs that managed it",
            "Announced targets as steep that were met",
            "Chance by a model of such targets, and what it is worth",
            "Chance by the record",
        ),
        tuple(rows),
        (False, False, True, True, True, True, True, False),
    )
    pairs = f"Pairs of countries: {case.sources[case.settings.pairs_source].title}." if _has_pairs(case) else ""
    return OutsidePart(
        lead=f"A look from outside, fixed before the model ran: how often did others manage it? {pairs}".strip(),
        table=table,
        nearest=tuple(_spell_out(case, text) for text in dict.fromkeys(nearest)),
        citations=_outside_sources(case, citations),
    )


def _has_pairs(case: Case) -> bool:
    return case.settings.pairs_source in case.sources


def _outside_sources(case: Case, citations: Citations) -> tuple[Citation, ...]:
    return citations.cite([case.settings.pairs_source]) if _has_pairs(case) else ()


def _say_windows(one: OutsideAnswer) -> str:
    if not one.windows:
        return "no record"
    if one.hits == 0:
        return f"0 of {one.windows:,} (fewer than 3 in {one.windows:,})"
    return f"{one.hits:,} of {one.windows:,} ({say_percent(one.hits / one.windows)})"


def _say_target_model(one: OutsideAnswer) -> str:
    """The chance by the model of announced targets and the observations it counts for beside the pairs'."""
    if one.target_chance is None or one.target_observations is None:
        return "no record"
    worth = f"{one.target_observations:.1f} observations"
    return f"{say_percent(one.target_chance)}, worth {worth}"


def _spell_out(case: Case, text: str) -> str:
    """'IRN-TUR 2014-01: ...' with the countries' names."""
    head, space, rest = text.partition(" ")
    names = [case.name_of(code) for code in head.split("-")]
    return f"{' and '.join(names)} {rest}" if space and len(names) == 2 else text


def build_required(case: Case, appraisal: Appraisal) -> RequiredPart:
    """Growth and trade-cost factors that the target would take, and the elasticities behind them."""
    elasticities = list(
        dict.fromkeys(factor.elasticity for one in appraisal.required.values() for factor in one.cost_factor)
    )
    rows = []
    for name, one in appraisal.required.items():
        factors = {factor.elasticity: factor.factor for factor in one.cost_factor}
        rows.append((
            appraisal.books[name].title,
            f"{one.growth:.1f} ×",
            *(_say_factor(factors.get(elasticity)) for elasticity in elasticities),
            f"{appraisal.books[name].free_transport_factor:.1f} ×",
        ))  # fmt: skip
    table = Table(
        "What trade costs alone would have to do: all that it costs to sell abroad, of which freight is a part",
        (
            "Book",
            "Growth needed",
            *(f"At elasticity {elasticity:g}" for elasticity in elasticities),
            "Trade in the long run if freight, time and risk cost nothing",
        ),
        tuple(rows),
        (False, *[True] * (len(elasticities) + 2)),
    )
    return RequiredPart(
        lead="If lower trade costs alone had to bring the target, they would have to fall by this much.",
        table=table,
        elasticity=Table(
            "Elasticity of trade to its cost by the years since a lasting change",
            ("Years", "Elasticity"),
            tuple((f"{one.years:g}", f"{one.elasticity:.2f}") for one in appraisal.elasticity),
            (False, True),
        ),
        elasticity_words=_say_elasticity(appraisal),
        equilibrium=_equilibrium(case, appraisal),
    )


def _say_factor(factor: float | None) -> str:
    if factor is None:
        return NONE
    return f"fall by {say_percent(1 - factor)} (factor\u00a0{factor:.2f})" if factor < 1 else f"factor {factor:.2f}"


def _say_elasticity(appraisal: Appraisal) -> str:
    if not appraisal.elasticity:
        return ""
    first, last = appraisal.elasticity[0], appraisal.elasticity[-1]
    reached = next(one.years for one in appraisal.elasticity if one.elasticity == last.elasticity)
    return (
        f"Trade answers slowly: one per cent off its cost brings {first.elasticity:g} per cent more trade after "
        f"{first.years:g} {'year' if first.years == 1 else 'years'} and {last.elasticity:g} per cent after {reached:g}."
    )


def _equilibrium(case: Case, appraisal: Appraisal) -> Table:
    rows = tuple(
        (
            say_direction(case, one.direction),
            f"{one.elasticity:.2f}",
            f"{one.cost_factor:.4f}",
            f"{one.closed_form:.4f}",
            f"{one.general_equilibrium:.4f}",
        )
        for one in appraisal.equilibrium
    )
    return Table(
        "All measures and closures in the last deadline's year, as factors of the baseline: the closed form beside "
        "general equilibrium",
        ("Direction", "Elasticity", "Trade cost", "Trade, closed form", "Trade, general equilibrium"),
        rows,
        (False, True, True, True, True),
    )


def build_assumptions(case: Case, appraisal: Appraisal, citations: Citations) -> tuple[AssumptionRow, ...]:
    """Figures that are assumed or judged, each with its reason."""
    return tuple(
        AssumptionRow(
            what=_say_what(case, one.what),
            value=say_unit_value(one.value, one.unit),
            reason=citations.weave(one.reason),
            citations=citations.cite(one.sources),
        )
        for one in appraisal.assumptions
    )


def _say_what(case: Case, what: str) -> str:
    """'measure:ID attribute' as the measure's title and the attribute in words; anything else as words."""
    entity, _, attribute = what.rpartition(" ")
    kind, _, name = entity.partition(":")
    words = _ATTRIBUTES.get(attribute, say_identifier(attribute))
    if kind == "measure":
        title = next((measure.title for measure in case.measures if measure.id == name), name)
        return f"{title}: {words}"
    return f"{say_identifier(entity.replace(':', ' '))}: {words}" if entity else words
