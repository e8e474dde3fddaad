"""Every figure of the report as tables of numbers, each row with its unit and its sources."""

from __future__ import annotations

from collections.abc import Iterator

from rahdari.appraisal.replay import find_versions
from rahdari.appraisal.result import Appraisal, BookAnswer
from rahdari.case import Case
from rahdari.report.case_sheets import (
    assumptions_sheet,
    claims_sheet,
    corridors_sheet,
    not_modelled_sheet,
    register_sheet,
    sources_sheet,
    states_sheet,
)
from rahdari.report.maps import say_route
from rahdari.report.measure_sheets import (
    attribution_sheet,
    contributions_sheet,
    latest_starts_sheet,
    measures_sheet,
    order_sheet,
    portfolio_sheet,
    reach_sheet,
    regret_sheet,
    returns_sheet,
)
from rahdari.report.sheet import COMPUTED, FRACTION, MUSD, Cell, Sheet, book_title, join_ids, make_sheet
from rahdari.report.verdict import say_verdict
from rahdari.report.words import Words


def list_sheets(case: Case, appraisal: Appraisal, *, say: Words) -> tuple[Sheet, ...]:
    """All sheets, the verdict first and what the case itself holds last."""
    return (
        _verdict(case, appraisal, say),
        _about(appraisal, say),
        _chances(appraisal, say),
        _books(appraisal, say),
        _paths(appraisal, say),
        _waterfall(appraisal, say),
        measures_sheet(appraisal, say),
        attribution_sheet(appraisal, say),
        contributions_sheet(appraisal, say),
        portfolio_sheet(appraisal, say),
        order_sheet(appraisal, say),
        returns_sheet(appraisal, say),
        latest_starts_sheet(appraisal, say),
        regret_sheet(appraisal, say),
        reach_sheet(appraisal, say),
        _even_targets(appraisal, say),
        _readings(appraisal, say),
        _required(appraisal, say),
        _drafts(appraisal, say),
        _outside(appraisal, say),
        _sensitivity(appraisal, say),
        _slopes(appraisal, say),
        _routes(appraisal, say),
        corridors_sheet(case, appraisal, say),
        states_sheet(case, say),
        _indicators(case, appraisal, say),
        _emissions(appraisal, say),
        _welfare(appraisal, say),
        _equilibrium(appraisal, say),
        register_sheet(case, say),
        not_modelled_sheet(case, appraisal, say),
        assumptions_sheet(case, appraisal, say),
        claims_sheet(case),
        sources_sheet(case),
    )


def _verdict(case: Case, appraisal: Appraisal, say: Words) -> Sheet:
    verdict = say_verdict(case, appraisal, say=say)
    rows: list[tuple[Cell, ...]] = [("headline", "", verdict.headline)]
    rows += [("book", book_title(appraisal, name, say), text) for name, told in verdict.books.items() for text in told]
    rows += [("reason", "", text) for text in verdict.reasons]
    rows += [("condition", "", text) for text in verdict.conditions]
    rows += [("step", "", text) for text in verdict.next_steps]
    return make_sheet("verdict", "part book text", [(say(f"part.{kind}"), *rest) for kind, *rest in rows])


def _about(appraisal: Appraisal, say: Words) -> Sheet:
    target = appraisal.target
    rows: list[tuple[Cell, ...]] = [
        (say("reproduce.case"), appraisal.case, "", ""),
        (say("page.name"), say.name(appraisal.title), "", ""),
        (say("reproduce.as_of"), appraisal.as_of, "", ""),
        (say("kind.trade_target"), target.value_musd, MUSD, join_ids(target.sources)),
        (say("reproduce.sha256"), appraisal.case_sha256, "", ""),
        (say("reproduce.seed"), appraisal.seed, "", ""),
        (say("reproduce.draws"), appraisal.draws, "", ""),
        (say("reproduce.attribution_draws"), appraisal.attribution_draws, "", ""),
        *((f"{say('reproduce.versions')}: {name}", number, "", "") for name, number in find_versions().items()),
    ]
    rows += [
        (
            say("chances.deadline", words=say.name(one.text), date=say.day(one.latest)),
            one.latest,
            "",
            join_ids(one.sources),
        )
        for one in appraisal.deadlines
    ]
    rows += [("", say.name(warning), "", "") for warning in appraisal.warnings]
    return make_sheet("about", "what value unit sources", rows)


def _chances(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for name, book in appraisal.books.items():
        for one in appraisal.deadlines:
            key = (book_title(appraisal, name, say), say.name(one.text), one.latest)
            views: tuple[tuple[str, float, float | None], ...] = (
                ("model", book.probability[one.id], book.probability_se[one.id]),
                ("record", book.outside_view[one.id], None),
                ("together", book.pooled[one.id], None),
                ("without", book.probability_without[one.id], None),
            )
            rows += [(*key, say(f"view.{view}"), chance, error, FRACTION, COMPUTED) for view, chance, error in views]
    return make_sheet("chances", "book deadline latest view value se unit sources", rows)


def _books(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for name, book in appraisal.books.items():
        base, sources = book.baseline, join_ids(book.baseline.sources)

        def add(
            what: str, value: Cell, unit: str, source: str, *, title: str = book_title(appraisal, name, say)
        ) -> None:
            rows.append((title, what, value, unit, source))

        add(say("books.basis"), say.term("basis", book.basis), "", sources)
        add(say("books.valuation"), say.name(book.valuation), "", sources)
        add(say("books.partner"), say.name(book.partner_rule), "", sources)
        add(say("books.latest"), base.end, "", sources)
        add(say("waterfall.baseline"), base.value_musd, MUSD, sources)
        add(say("books.episode"), base.episode_musd, MUSD, sources)
        for flow, value in base.by_direction.items():
            add(say("field.by_direction", flow=flow), value, MUSD, sources)
        for flow, share in book.cost_share.items():
            add(say("books.cost_share", flow=flow), share, FRACTION, COMPUTED)
        add(say("required.free_transport"), book.free_transport_factor, "times", COMPUTED)
        add(say("outside.column.growth_needed"), appraisal.required[name].growth, "times", COMPUTED)
        add(say("field.never"), book.p_never, FRACTION, COMPUTED)
        add(say("field.year_p50"), book.year_p50, "", COMPUTED)
        add(say("attribute.noise_sd"), book.noise_sd, "", COMPUTED)
        for year, value in book.contracts_musd.items():
            add(say("field.contracts", year=year), value, MUSD, COMPUTED)
    return make_sheet("books", "book what value unit sources", rows)


def _paths(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for name, book in appraisal.books.items():
        rows += list(_path_rows(book_title(appraisal, name, say), book, say))
    return make_sheet("paths", "book path start end recorded p05 p10 p25 p50 p75 p90 p95 mean unit sources", rows)


def _path_rows(title: str, book: BookAnswer, say: Words) -> Iterator[tuple[Cell, ...]]:
    sources = join_ids(book.baseline.sources)
    for past in book.history:
        source = sources if past.end == book.baseline.end else say("field.claims_of_book")
        yield (title, say("chart.recorded"), past.start, past.end, past.value_musd, *[None] * 8, MUSD, source)
    for key, years in (("median", book.path), ("without", book.without)):
        for one in years:
            quantiles = (one.p05, one.p10, one.p25, one.p50, one.p75, one.p90, one.p95, one.mean)
            yield (title, say(f"chart.{key}"), one.start, one.end, None, *quantiles, MUSD, COMPUTED)


def _waterfall(appraisal: Appraisal, say: Words) -> Sheet:
    rows = [
        (
            book_title(appraisal, one.book, say),
            one.end,
            say.texts.get(f"waterfall.{step.id}") or say.name(step.title),
            step.kind,
            step.value_musd,
            MUSD,
            COMPUTED,
        )
        for one in appraisal.waterfalls
        for step in one.steps
    ]
    return make_sheet("waterfall", "book end step kind value unit sources", rows)


def _even_targets(appraisal: Appraisal, say: Words) -> Sheet:
    rows = [
        (
            book_title(appraisal, one.book, say),
            one.flow,
            one.start,
            one.end,
            one.in_year_musd,
            one.by_year_musd,
            one.likely_musd,
            MUSD,
            COMPUTED,
        )
        for one in appraisal.target_setting.even_chance
    ]
    return make_sheet("target-even", "book flow start end in_year by_year likely unit sources", rows)


def _readings(appraisal: Appraisal, say: Words) -> Sheet:
    deadlines = {one.id: one.latest for one in appraisal.deadlines}
    rows = [
        (
            book_title(appraisal, one.book, say),
            one.flow,
            say(f"window.{one.window}"),
            deadlines[one.deadline],
            one.periods,
            one.probability,
            say.term("verdict", one.verdict.replace(" ", "-"), one.verdict),
            one.growth,
            FRACTION,
            COMPUTED,
        )
        for one in appraisal.target_setting.matrix
    ]
    return make_sheet("target-readings", "book flow window deadline periods value verdict growth unit sources", rows)


def _required(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for one in appraisal.target_setting.required:
        head = (book_title(appraisal, one.book, say), one.flow)
        rows.append((*head, say("column.latest_year"), None, one.baseline_musd, MUSD, COMPUTED))
        rows.append((*head, say("outside.column.growth_needed"), None, one.multiple, "times", COMPUTED))
        rows += [
            (*head, say("column.trade_cost"), factor.elasticity, factor.factor, "times", COMPUTED)
            for factor in one.cost_factors
        ]
    return make_sheet("target-required", "book flow what elasticity value unit sources", rows)


def _drafts(appraisal: Appraisal, say: Words) -> Sheet:
    rows = [
        (book_title(appraisal, one.book, say), one.end, one.target_musd, MUSD, one.english, one.russian, COMPUTED)
        for one in appraisal.target_setting.drafts
    ]
    return make_sheet("target-drafts", "book end value unit english russian sources", rows)


def _outside(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for name, book in appraisal.books.items():
        for deadline in appraisal.deadlines:
            one = book.outside[deadline.id]
            rows.append(
                (
                    book_title(appraisal, name, say),
                    deadline.latest,
                    one.years,
                    one.multiple,
                    one.low_musd,
                    one.high_musd,
                    one.hits,
                    one.windows,
                    one.targets_met,
                    one.targets_resolved,
                    one.required_growth,
                    one.target_chance,
                    one.target_chance_p50,
                    one.target_chance_low,
                    one.target_chance_high,
                    one.target_observations,
                    "; ".join(one.nearest),
                    COMPUTED,
                )
            )
    return make_sheet(
        "outside-view",
        "book deadline years multiple low_musd high_musd hits windows targets_met targets_resolved growth "
        "target_chance target_chance_p50 target_chance_low target_chance_high target_observations nearest sources",
        rows,
    )


def _sensitivity(appraisal: Appraisal, say: Words) -> Sheet:
    rows = [
        (
            book_title(appraisal, one.book, say),
            one.end,
            say.term("sensitivity", group.group, group.title),
            group.index,
            group.se,
            one.draws,
            FRACTION,
            COMPUTED,
        )
        for one in appraisal.sensitivity
        for group in one.groups
    ]
    return make_sheet("sensitivity", "book end what value se draws unit sources", rows)


def _slopes(appraisal: Appraisal, say: Words) -> Sheet:
    rows = [
        (
            book_title(appraisal, one.book, say),
            one.end,
            say.setting(one.setting),
            say.name(place.title),
            say.term("place", place.kind),
            place.per_hour_musd,
            place.per_usd_per_t_musd,
            MUSD,
            COMPUTED,
        )
        for one in appraisal.derivatives
        for place in (*one.stops, *one.links)
    ]
    return make_sheet("where-an-hour-counts", "book end setting where kind per_hour per_usd_per_t unit sources", rows)


def _routes(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for setting in appraisal.routes:
        for rank, route in enumerate(setting.routes, start=1):
            head = (
                say.setting(setting.setting),
                setting.date,
                say.name(setting.start),
                say.name(setting.end),
                say.name(setting.commodity),
                rank,
                say_route(route, say),
            )
            rows += [
                (*head, say("field.time_mean"), route.time_h, "h", COMPUTED),
                (*head, say("field.time_p10"), route.p10, "h", COMPUTED),
                (*head, say("field.time_p90"), route.p90, "h", COMPUTED),
                (*head, say("column.usd_per_t"), route.cost_usd_per_t, "usd_per_t", COMPUTED),
                (*head, say("column.chance_open"), route.availability, FRACTION, COMPUTED),
            ]
    return make_sheet("routes", "setting date from to commodity rank route what value unit sources", rows)


def _indicators(case: Case, appraisal: Appraisal, say: Words) -> Sheet:
    flow = say.direction_of(case, "-".join(case.settings.parties))
    titles = {
        f"gateway-{crossing.id}": say("routes.gateway_share", crossing=say.name(crossing.name), flow=flow)
        for crossing in case.network.crossings
    }
    rows = [
        (one.id, titles.get(one.id, one.title), say.setting(one.setting), one.value, one.unit, COMPUTED)
        for one in appraisal.indicators
    ]
    return make_sheet("indicators", "id title setting value unit sources", rows)


def _emissions(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for one in appraisal.emissions:
        place = (one.direction, say.setting(one.setting))
        rows += [(*place, one.kg_per_t, "kg CO2e/t", COMPUTED), (*place, one.t_per_year, "t CO2e/year", COMPUTED)]
    return make_sheet("emissions", "direction setting value unit sources", rows)


def _welfare(appraisal: Appraisal, say: Words) -> Sheet:
    rows = [
        (one.economy, say.name(one.name), one.year, one.gain_musd, MUSD, one.change, COMPUTED)
        for one in appraisal.welfare
    ]
    return make_sheet("welfare", "id economy year value unit share_of_spending sources", rows)


def _equilibrium(appraisal: Appraisal, say: Words) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        (say("column.elasticity"), "", one.years, one.elasticity, None, None, COMPUTED) for one in appraisal.elasticity
    ]
    rows += [
        (
            say("required.both_forms"),
            one.direction,
            one.cost_factor,
            one.elasticity,
            one.closed_form,
            one.general_equilibrium,
            COMPUTED,
        )
        for one in appraisal.equilibrium
    ]
    return make_sheet(
        "elasticity", "what direction years_or_cost_factor elasticity closed_form general_equilibrium sources", rows
    )
