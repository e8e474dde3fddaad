"""The corridors of a case on a terminal: sentences first, then a table each (I/O)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from rahdari.appraisal.survey import TODAY, WITH_MEASURES, Gateway, Survey, gateway_name
from rahdari.case import Case
from rahdari.case.shipment import cargo_words, join_names
from rahdari.report.terminal import ALMOST_CERTAIN, HOURS_PER_DAY, open_console, printable, say_day
from rahdari.transport.corridors import Indicators, Passage
from rahdari.transport.pipelines import PipelineAnswer, Section

GATEWAYS_SHOWN = 6
SAME = 0.05  # a change of less than this share of the figure is not told


def print_corridors(survey: Survey, case: Case) -> None:
    """Nothing; prints which corridors are open, their indicators, what cities reach and what the trade relies on."""
    console = open_console()
    for sentence in say_survey(survey, case):
        console.print(sentence)
    console.print("\nThe corridors")
    console.print(_list_corridors(survey.passages, case))
    arrow = " (after > with the measures)" if survey.measures else ""
    _print_table(console, f"Their indicators in each direction{arrow}", _corridors(survey.passages))
    console.print(
        "In the terms of CAREC's corridor monitoring: border hours (TFI1) and border USD (TFI2) are means for each "
        "side of a border, for a lorry or wagons of 20 tonnes; a change of gauge counts as border time. Carriage "
        "(TFI3) is the cost of 20 tonnes over 500 km, border charges within. Speed (TFI4) is in km an hour with all "
        "stops, beside it that without stops; the last column is the share of the whole time that goes at borders. "
        "--json gives every figure with its sources."
    )
    if survey.access:
        title = f"What the cities reach ({cargo_words(survey.cargo)} to the other economies, by their size)"
        _print_table(console, title, _access(survey))
        console.print(
            "The index adds up the other economies by size; each counts the less, the dearer the cheapest way there is "
            "(time and risk counted in). 100 is the best city today. Days and USD a tonne are means over what is "
            "reached."
        )
    for setting in (TODAY, WITH_MEASURES):
        own = [one for one in survey.gateways if one.setting == setting]
        if own:
            when = f"on {say_day(survey.day)}" if setting == TODAY else setting
            _print_table(console, f"What the trade passes, {when}", _gateways(own, survey, case))
    if survey.gateways:
        console.print(
            "Share is that of the trade's value. Going round is what one day's cargo costs more by other ways while "
            "that border or country is shut (time and risk counted in), waiting what it costs if it waits out one day."
        )
    if survey.pipelines:
        console.print("\nPipelines (length, capacity and transit fees; flow and pressure are not modelled)")
    for line in survey.pipelines:
        console.print(printable(say_pipeline(line, case)))


def say_survey(survey: Survey, case: Case) -> Iterator[str]:
    """What a reader should know first, a sentence or two each."""
    shut = [one for one in survey.passages if one.today.shut_by]
    names = {one.corridor.name for one in survey.passages}
    barred = {one.corridor.name for one in shut}
    on_day = f"on {say_day(survey.day)}"
    passable = len(names) - len(barred)
    yield f"Of {len(names)} corridors, {passable or 'none'} can be passed from end to end {on_day}."
    if shut:
        causes = _say_causes([entity for one in shut for entity in one.today.shut_by], case)
        yield f"{'The others' if passable else 'They'} are shut by {causes}."
    opened = {one.corridor.name for one in shut if one.with_measures is not None and not one.with_measures.shut_by}
    if survey.measures:
        told = f"{len(opened)} more would open" if opened else "none more would open"
        yield f"With {_count(len(survey.measures), 'measure')} in full effect {told}."
    for setting in (TODAY, WITH_MEASURES):
        critical = survey.most_critical(setting)
        if critical is not None:
            yield _say_critical(critical, case)
    for spread in survey.spreads:
        if spread.setting == TODAY:
            exporter, _, importer = spread.flow.partition("-")
            trade = f"Trade from {case.name_of(exporter)} to {case.name_of(importer)}"
            after = next((one.ways for one in survey.spreads
                          if one.flow == spread.flow and one.setting == WITH_MEASURES), None)  # fmt: skip
            change = "" if after is None else f", and {after:.1f} with the measures"
            spread_over = f"spreads as if over {spread.ways:.1f} equal ways" if spread.ways else "has no open way"
            yield f"{trade} {spread_over}{change}."


def say_pipeline(line: PipelineAnswer, case: Case) -> str:
    """A pipeline in a few sentences: its way, figures, and each country's section with the day last verified."""
    names = {node.id: node.name for node in case.network.nodes}
    length = "length unknown" if line.length_km is None else f"{line.length_km:,.0f} km"
    capacity = "" if line.capacity_bcm_per_year is None else (
        f", laid out for {line.capacity_bcm_per_year:.0f} billion cubic metres a year"
    )  # fmt: skip
    fees = "" if line.fee_usd_per_mmbtu is None else (
        f", transit fees of {line.fee_usd_per_mmbtu:.2f} USD for a million BTU in all"
    )  # fmt: skip
    used = "in use" if line.in_use else "not in use from end to end"
    way = " - ".join(names[node] for node in line.nodes)
    return f"{line.name} ({way}; {length}{capacity}{fees}): {used}. " + " ".join(
        _say_section(section, case) for section in line.sections
    )


def _say_section(section: Section, case: Case) -> str:
    country = case.name_of(section.pipeline.country)
    if section.state is None:
        return f"{country}: state unknown."
    built = "" if section.length_built_km is None else f", {section.length_built_km:,.0f} km of pipe laid"
    length = "" if section.length_km is None else f", {section.length_km:,.0f} km"
    verified = f"last verified {section.state.last_verified.isoformat()}, {section.state.source}"
    return f"{country}{length}{built}: {section.state.state} ({verified})."


def _say_critical(critical: Gateway, case: Case) -> str:
    exporter, _, importer = critical.flow.partition("-")
    part = f"{100 * critical.share:.0f} in 100 dollars of" if critical.share < ALMOST_CERTAIN else "all"
    trade = f"{part} the trade from {case.name_of(exporter)} to {case.name_of(importer)}"
    trade += " passes it" if part == "all" else " pass it"
    if critical.stops_all:
        cost = "without it there is no way left"
    else:
        cost = (
            f"while it is shut the other ways cost {critical.reroute_usd_per_day or 0:,.0f} USD more a day, and "
            f"cargo that waits out a single day costs {critical.wait_usd_per_day:,.0f} USD"
        )
    when = "on that day" if critical.setting == TODAY else "with the measures"
    return f"The most critical border {when} is {gateway_name(case, critical.gateway)}: {trade}; {cost}."


def _list_corridors(passages: Sequence[Passage], case: Case) -> Table:
    """Each corridor with its number in the table and whether it can be passed."""
    listed = Table.grid(padding=(0, 2))
    listed.add_column(justify="right")
    listed.add_column(overflow="fold")
    for number, corridor in enumerate(dict.fromkeys(passage.corridor for passage in passages), start=1):
        state = next(_state(passage, case) for passage in passages if passage.corridor == corridor)
        listed.add_row(str(number), f"{printable(corridor.name)}: {state}.")
    return listed


def _corridors(passages: Sequence[Passage]) -> Table:
    columns = ("km", "border\nhours", "border\nUSD", "carriage\nUSD", "speed", "no\nstops", "time at\nborders")
    table = _new_table("#", "from - to", *columns, right=("#", *columns))
    numbers = {corridor: number for number, corridor in enumerate(dict.fromkeys(one.corridor for one in passages), 1)}
    for passage in passages:
        told = passage.today
        table.add_row(
            str(numbers[passage.corridor]),
            passage.direction,
            f"{told.length_km:,.0f}",
            _arrow(_of(told, "tfi1_h"), _after(passage, "tfi1_h"), digits=1),
            _arrow(_of(told, "tfi2_usd"), _after(passage, "tfi2_usd"), digits=0),
            _arrow(_of(told, "tfi3_usd_per_500km_20t"), _after(passage, "tfi3_usd_per_500km_20t"), digits=0),
            _arrow(_of(told, "tfi4_km_per_h"), _after(passage, "tfi4_km_per_h"), digits=0),
            f"{told.speed_without_delay_km_per_h:.0f}",
            f"{100 * told.border_time_share:.0f}%",
        )
    return table


def _of(told: Indicators, name: str) -> float | None:
    value = getattr(told, name)
    return None if value is None else float(value)


def _after(passage: Passage, name: str) -> float | None:
    return None if passage.with_measures is None else _of(passage.with_measures, name)


def _arrow(now: float | None, after: float | None, *, digits: int) -> str:
    """A figure, with an arrow to that with the measures where it differs by more than a little."""
    if now is None:
        return "-"
    if after is None or abs(after - now) <= SAME * abs(now):
        return f"{now:,.{digits}f}"
    return f"{now:,.{digits}f} > {after:,.{digits}f}"


def _state(passage: Passage, case: Case) -> str:
    if not passage.today.shut_by:
        chance = passage.today.availability
        return "open" if chance > 1 - SAME else f"open, chance {100 * chance:.0f}%"
    opens = passage.with_measures is not None and not passage.with_measures.shut_by
    shut = f"shut by {_say_causes(passage.today.shut_by, case)}"
    return f"{shut}; opens with the measures" if opens else shut


def _say_causes(entities: Sequence[str], case: Case) -> str:
    """Borders and countries that are shut by name, and how many lines are missing: one by name, several by number."""
    named = [gateway_name(case, entity) for entity in dict.fromkeys(entities) if not entity.startswith("link:")]
    lines = [gateway_name(case, entity) for entity in dict.fromkeys(entities) if entity.startswith("link:")]
    missing = f"{len(lines)} stretches of railway or road that are not in use" if len(lines) > 1 else "".join(lines)
    return join_names([*named, missing] if missing else named)


def _access(survey: Survey) -> Table:
    columns = ("index", "with\nmeasures", "mean\ndays", "mean\nUSD/t")
    table = _new_table("city", *columns, right=columns)
    for city in sorted(survey.access, key=lambda one: -one.index):
        today = city.today
        after = "" if city.index_with_measures is None else f"{city.index_with_measures:.0f}"
        days = "-" if today.time_h is None else f"{today.time_h / HOURS_PER_DAY:.0f}"
        cost = "-" if today.cost_usd_per_t is None else f"{today.cost_usd_per_t:,.0f}"
        table.add_row(printable(city.city), f"{city.index:.0f}", after, days, cost)
    return table


def _gateways(gateways: Sequence[Gateway], survey: Survey, case: Case) -> Table:
    columns = ("share", "t a day", "going round\nUSD a day", "waiting\na day USD")
    table = _new_table("direction", "what", *columns, right=columns)
    for flow in dict.fromkeys(spread.flow for spread in survey.spreads):
        own = sorted((one for one in gateways if one.flow == flow), key=lambda one: -one.share)[:GATEWAYS_SHOWN]
        for number, one in enumerate(own):
            round_ = "no way" if one.reroute_usd_per_day is None else f"{one.reroute_usd_per_day:,.0f}"
            table.add_row(
                _say_flow(flow, case) if number == 0 else "",
                gateway_name(case, one.gateway),
                f"{100 * one.share:.0f}%",
                f"{one.tonnes_per_day:,.0f}",
                round_,
                f"{one.wait_usd_per_day:,.0f}",
            )
    return table


def _say_flow(flow: str, case: Case) -> str:
    exporter, _, importer = flow.partition("-")
    return f"{case.name_of(exporter)} to {case.name_of(importer)}"


def _new_table(*columns: str, right: Sequence[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        table.add_column(
            column, justify="right" if column in right else "left", no_wrap=column in right, overflow="fold"
        )
    return table


def _print_table(console: Console, title: str, table: Table) -> None:
    console.print(f"\n{title}")
    console.print(table)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
