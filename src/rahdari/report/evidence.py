"""The evidence part of the page: where the books differ, the outside view, what would be required, assumptions."""

from __future__ import annotations

from rahdari.appraisal.result import Appraisal, OutsideAnswer
from rahdari.case import Case
from rahdari.claims import Claim, pick_claim
from rahdari.report.citations import Citation, Citations
from rahdari.report.page import AssumptionRow, DifferencesPart, OutsidePart, RequiredPart, Table
from rahdari.report.words import NONE, Words, capitalise, say_identifier

LEAST_GAIN_MUSD = 0.005  # smaller ones would show as nothing


def build_differences(case: Case, appraisal: Appraisal, citations: Citations, *, say: Words) -> DifferencesPart:
    """The forecast books side by side, and the latest figure of every book of the case."""
    books = appraisal.books
    directions = list(dict.fromkeys(flow for book in books.values() for flow in book.baseline.by_direction))
    months = [say.texts[f"month.of.{book.baseline.start.month}"] for book in books.values()]
    rows: list[tuple[str, ...]] = [
        (say("books.counts"), *(say.flow(case, book.flow) for book in books.values())),
        (say("books.basis"), *(say.term("basis", book.basis) for book in books.values())),
        (say("books.valuation"), *(say.name(book.valuation) for book in books.values())),
        (say("books.partner"), *(say.name(book.partner_rule) for book in books.values())),
        (say("books.year"), *(say("books.year_from", month=month) for month in months)),
        (say("books.latest"), *(say.day(book.baseline.end) for book in books.values())),
        (say("books.value"), *(say.number(book.baseline.value_musd) for book in books.values())),
        (say("books.episode"), *(say.number(book.baseline.episode_musd) for book in books.values())),
    ]
    for flow in directions:
        shown = [book.baseline.by_direction.get(flow) for book in books.values()]
        rows.append((say.direction_of(case, flow), *(NONE if one is None else say.number(one) for one in shown)))
    for flow in directions:
        costs = [book.cost_share.get(flow) for book in books.values()]
        label = say("books.cost_share", flow=say.direction_of(case, flow))
        rows.append((label, *(NONE if one is None else say.percent(one) for one in costs)))
    table = Table(
        say("books.table"),
        (say("column.what"), *(say.name(book.title) for book in books.values())),
        tuple(rows),
        (False, *[False] * len(books)),
    )
    sources = tuple((say.name(book.title), citations.cite(book.baseline.sources)) for book in books.values())
    return DifferencesPart(table, sources, _figures(case, say))


def _figures(case: Case, say: Words) -> Table:
    """The latest recorded trade in every book of the case, by direction, in USD million."""
    first, second = case.settings.parties
    flows = (f"{first}-{second}", f"{second}-{first}", "turnover")
    rows = []
    for book in case.books.values():
        cells = []
        for flow in flows:
            claims = case.claims.all_of(f"flow:{flow}", "trade_musd", book=book.id)
            cells.append(_latest(claims, say))
        if any(cell != NONE for cell in cells):
            rows.append((say.name(book.title), *cells))
    headings = (
        say("column.book"),
        say.direction_of(case, flows[0]),
        say.direction_of(case, flows[1]),
        say("column.both_ways"),
    )
    return Table(say("books.figures"), headings, tuple(rows), (False, True, True, True))


def _latest(claims: tuple[Claim, ...], say: Words) -> str:
    dated = [claim for claim in claims if claim.period is not None]
    if not dated:
        return NONE
    last = max(claim.period.end for claim in dated if claim.period is not None)
    picked = pick_claim(claim for claim in dated if claim.period is not None and claim.period.end == last)
    return f"{say.number(picked.value)} ({picked.period})"


def build_outside(case: Case, appraisal: Appraisal, citations: Citations, *, say: Words) -> OutsidePart:
    """How often comparable pairs and announced targets managed such growth, by book and reading of the deadline."""
    rows = []
    nearest: list[str] = []
    for book in appraisal.books.values():
        for deadline in appraisal.deadlines:
            one = book.outside[deadline.id]
            rows.append((
                say.name(book.title),
                f"{say.name(deadline.text)} ({say.short_date(deadline.latest)})",
                f"{say.number(one.low_musd)}–{say.number(one.high_musd)}",
                say("outside.growth", multiple=say.digits(one.multiple, 1),
                    years=say.term("years", str(one.years), say("years.many", count=one.years))),
                _say_windows(one, say),
                say("outside.met", met=one.targets_met, resolved=one.targets_resolved),
                _say_target_model(one, say),
                say.together(say.chance(book.outside_view[deadline.id])),
            ))  # fmt: skip
            nearest += one.nearest
    headings = ("book", "deadline", "pairs", "growth_needed", "windows", "targets", "target_model", "record")
    table = Table(
        say("outside.table"),
        tuple(say(f"outside.column.{name}") for name in headings),
        tuple(rows),
        (False, False, True, True, True, True, True, False),
    )
    has_pairs = case.settings.pairs_source in case.sources
    lead = say("outside.lead")
    if has_pairs:
        lead += " " + say("outside.pairs", source=case.sources[case.settings.pairs_source].title)
    return OutsidePart(
        lead=lead,
        table=table,
        nearest=tuple(_say_nearest(case, text, say) for text in dict.fromkeys(nearest)),
        citations=_outside_sources(case, citations) if has_pairs else (),
    )


def _outside_sources(case: Case, citations: Citations) -> tuple[Citation, ...]:
    return citations.cite([case.settings.pairs_source])


def _say_windows(one: OutsideAnswer, say: Words) -> str:
    if not one.windows:
        return say("outside.no_record")
    windows = say.digits(one.windows, 0)
    if one.hits == 0:
        return say("outside.no_hits", windows=windows)
    return say("outside.hits", hits=say.digits(one.hits, 0), windows=windows, share=say.percent(one.hits / one.windows))


def _say_target_model(one: OutsideAnswer, say: Words) -> str:
    """The chance by the model of announced targets and the observations it counts for beside the pairs'."""
    if one.target_chance is None or one.target_chance_p50 is None or one.target_observations is None:
        return say("outside.no_record")
    return say(
        "outside.target_model",
        chance=say.percent(one.target_chance),
        middle=say.short_chance(one.target_chance_p50),
        worth=say.digits(one.target_observations, 1),
    )


def _say_nearest(case: Case, text: str, say: Words) -> str:
    """'IRN-TUR 2014-01: ...' with the countries' names, the amount and what became of it, from the case's record."""
    head = text.partition(":")[0]
    for one in case.register.past_targets:
        if head == f"{one.party_a}-{one.party_b} {one.announced}":
            return say(
                "outside.nearest_item",
                pair=say.join([say.name(case.name_of(code)) for code in (one.party_a, one.party_b)]),
                announced=one.announced,
                target=say.money(one.target_musd),
                year=one.deadline_year,
                outcome=say("outside.was_met" if one.met == "yes" else "outside.was_not_met"),
            )
    return text


def build_required(case: Case, appraisal: Appraisal, *, say: Words) -> RequiredPart:
    """Growth and trade-cost factors that the target would take, and the elasticities behind them."""
    elasticities = list(
        dict.fromkeys(factor.elasticity for one in appraisal.required.values() for factor in one.cost_factor)
    )
    rows = []
    for name, one in appraisal.required.items():
        factors = {factor.elasticity: factor.factor for factor in one.cost_factor}
        rows.append((
            say.name(appraisal.books[name].title),
            say("times", value=say.digits(one.growth, 1)),
            *(_say_factor(factors.get(elasticity), say) for elasticity in elasticities),
            say("times", value=say.digits(appraisal.books[name].free_transport_factor, 1)),
        ))  # fmt: skip
    table = Table(
        say("required.table"),
        (
            say("column.book"),
            say("outside.column.growth_needed"),
            *(say("required.at_elasticity", value=say.plain(elasticity)) for elasticity in elasticities),
            say("required.free_transport"),
        ),
        tuple(rows),
        (False, *[True] * (len(elasticities) + 2)),
    )
    return RequiredPart(
        lead=say("required.lead"),
        table=table,
        elasticity=Table(
            say("required.elasticity_table"),
            (say("column.years"), say("column.elasticity")),
            tuple((say.plain(one.years), say.digits(one.elasticity, 2)) for one in appraisal.elasticity),
            (False, True),
        ),
        elasticity_words=_say_elasticity(appraisal, say),
        equilibrium=_equilibrium(case, appraisal, say),
        welfare=_welfare(appraisal, say),
    )


def _say_factor(factor: float | None, say: Words) -> str:
    if factor is None:
        return NONE
    return say(
        "required.fall" if factor < 1 else "required.factor",
        share=say.percent(1 - factor),
        factor=say.digits(factor, 2),
    )


def _say_elasticity(appraisal: Appraisal, say: Words) -> str:
    if not appraisal.elasticity:
        return ""
    first, last = appraisal.elasticity[0], appraisal.elasticity[-1]
    reached = next(one.years for one in appraisal.elasticity if one.elasticity == last.elasticity)
    return say(
        "required.response",
        first=say.plain(first.elasticity),
        first_years=say.term("years", f"{first.years:g}", say("years.many", count=say.plain(first.years))),
        last=say.plain(last.elasticity),
        last_years=say("years.many", count=say.plain(reached)),
    )


def _equilibrium(case: Case, appraisal: Appraisal, say: Words) -> Table:
    rows = tuple(
        (
            say.direction_of(case, one.direction),
            say.digits(one.elasticity, 2),
            say.digits(one.cost_factor, 4),
            say.digits(one.closed_form, 4),
            say.digits(one.general_equilibrium, 4),
        )
        for one in appraisal.equilibrium
    )
    headings = ("direction", "elasticity", "trade_cost", "closed_form", "general_equilibrium")
    return Table(
        say("required.equilibrium"),
        tuple(say(f"column.{name}") for name in headings),
        rows,
        (False, True, True, True, True),
    )


def _welfare(appraisal: Appraisal, say: Words) -> Table:
    """Each economy's gain by year; those that neither gain nor lose as much as a figure shows are left out."""
    years = tuple(dict.fromkeys(one.year for one in appraisal.welfare))
    gains: dict[str, dict[int, float]] = {}
    for one in appraisal.welfare:
        gains.setdefault(say.name(one.name), {})[one.year] = one.gain_musd
    rows = tuple(
        (name, *(say.amount(by[year]) for year in years))
        for name, by in gains.items()
        if max(map(abs, by.values())) >= LEAST_GAIN_MUSD
    )
    headings = (say("column.economy"), *(str(year) for year in years))
    return Table(say("required.welfare"), headings, rows, (False, *[True] * len(years)))


def build_assumptions(
    case: Case, appraisal: Appraisal, citations: Citations, *, say: Words
) -> tuple[AssumptionRow, ...]:
    """Figures that are assumed or judged, each with its reason."""
    return tuple(
        AssumptionRow(
            what=say_what(case, one.what, say),
            value=say.unit_value(one.value, one.unit),
            reason=citations.weave(say.name(one.reason)),
            citations=citations.cite(one.sources),
        )
        for one in appraisal.assumptions
    )


def say_what(case: Case, what: str, say: Words) -> str:
    """'measure:ID attribute' as the measure's title and the attribute in words; anything else as words."""
    entity, _, attribute = what.rpartition(" ")
    kind, _, name = entity.partition(":")
    words = say.term("attribute", attribute)
    if kind == "mix":
        flow, _, goods = name.partition(":")
        cargo = next((one.name for one in case.network.commodities if one.id == goods), say_identifier(goods))
        return say("assumption.mix", goods=say.name(cargo), flow=say.direction_of(case, flow))
    if kind == "measure":
        title = next((measure.title for measure in case.measures if measure.id == name), name)
        return f"{say.name(title)}: {words}"
    return capitalise(f"{say_identifier(entity.replace(':', ' '))}: {words}" if entity else words)
