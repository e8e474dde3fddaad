"""The commands of the routes: routes, corridors."""

from __future__ import annotations

from datetime import date

import click

from rahdari.cli.command import ANSWERED, case_option, command, read_day, read_measures, show_warnings, write_json


@command(
    examples=(
        "rahdari routes Almaty Karachi",
        "rahdari routes Karachi Almaty --date 2024-07-15 --close Torkham --modes road,rail",
        "rahdari routes Almaty Karachi --measure reopen-afghan-crossings --json",
        "rahdari routes Karachi Tashkent --date 2024-07-15 --modes road --under tir-carnet",
        "rahdari routes Islamabad Ankara --date 2024-07-15 --modes rail --whole-train",
        "rahdari routes Karachi Kabul --date 2024-07-15 --from-ship",
        "rahdari routes Tashkent Karachi --date 2024-07-15 --modes road --to-ship",
    )
)
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option(
    "--commodity", default="", metavar="C", help="What is sent; default: what FROM's country sells most of to TO's."
)
@click.option(
    "--date", "day", callback=read_day, metavar="YYYY-MM-DD", help="Day of departure; default: the case's as_of day."
)
@click.option(
    "--close", multiple=True, metavar="NAME", help="Shut a crossing, group, place, country or link; repeatable."
)
@click.option("--measure", "measures", multiple=True, metavar="ID", help="A measure in full effect; repeatable.")
@click.option("--modes", default="", metavar="M,M", help="Only these: road, rail, sea, air, ferry.")
@click.option(
    "--under", default="", metavar="DOCUMENT", help="A document to travel under, such as tir-carnet: its border times."
)
@click.option(
    "--whole-train",
    is_flag=True,
    help="By rail the cargo fills a train of its own: no wait for a departure, less in yards.",
)
@click.option(
    "--from-ship", is_flag=True, help="The cargo comes off a ship at FROM: that port's days and charges count."
)
@click.option("--to-ship", is_flag=True, help="The cargo goes onto a ship at TO: that port's days and charges count.")
@case_option
def routes(
    *,
    start: str,
    end: str,
    commodity: str,
    day: date | None,
    close: tuple[str, ...],
    measures: tuple[str, ...],
    modes: str,
    under: str,
    whole_train: bool,
    from_ship: bool,
    to_ship: bool,
    case: str,
    as_json: bool,
) -> int:
    """Which way to send a tonne on a day, at what time, cost and risk.

    FROM and TO are places of the case, in any of their spellings. The first route is the one recommended: the least
    cost with the cargo's time, war-risk premiums and the chance of being shut counted in. What is shut or at risk is
    told with its reason, source and the day it was last verified.

    A way by land from a port is one for cargo that is made there, and passes no port. With --from-ship or --to-ship it
    passes that port, as cargo does that arrives or leaves by sea; the voyage itself is not in it.
    """
    from rahdari.case import find_case, read_case
    from rahdari.case.shipment import Shipment, plan_shipment
    from rahdari.report.answers import routes_answer
    from rahdari.report.terminal import print_routes, show_progress

    held = read_case(find_case(case))
    shipment = Shipment(
        start, end, commodity, day, close, measures, tuple(modes.split(",")) if modes else (), under, whole_train,
        from_ship, to_ship,
    )  # fmt: skip
    with show_progress("Looking for routes"):
        answer = plan_shipment(held, shipment)
    show_warnings(answer.warnings)
    if as_json:
        write_json(routes_answer(answer))
    else:
        print_routes(answer, held)
    return ANSWERED


@command(
    examples=(
        "rahdari corridors",
        "rahdari corridors --measures reopen-afghan-crossings,halve-time-torkham --date 2026-06-01 --json",
    )
)
@click.option(
    "--measures", default="all", show_default=True, metavar="all|none|ID,ID",
    help="The measures that the figures of today are set beside, in full effect; by id, with commas between.",
)  # fmt: skip
@click.option("--date", "day", callback=read_day, metavar="YYYY-MM-DD", help="The day; default: the case's as_of day.")
@case_option
def corridors(*, measures: str, day: date | None, case: str, as_json: bool) -> int:
    """Border times, costs and speeds of every corridor and direction, today and with the measures.

    The indicators are those of CAREC's corridor monitoring (TFI1 to TFI4). Beside them: what each city reaches, over
    how many ways the trade spreads, what passes each border, port and country, and what a day of closure costs.
    """
    from rahdari.appraisal.survey import survey_corridors
    from rahdari.case import find_case, read_case
    from rahdari.case.shipment import check_day
    from rahdari.measures import find_measures
    from rahdari.report.answers import corridors_answer
    from rahdari.report.corridors import print_corridors
    from rahdari.report.terminal import show_progress

    held = read_case(find_case(case))
    named = read_measures(measures)
    chosen = held.measures if named is None else find_measures(named, held.measures)
    with show_progress("Surveying the corridors"):
        survey = survey_corridors(held, measures=chosen, day=check_day(day or held.as_of, held))
    show_warnings(survey.warnings)
    if as_json:
        write_json(corridors_answer(survey, held))
    else:
        print_corridors(survey, held)
    return ANSWERED
