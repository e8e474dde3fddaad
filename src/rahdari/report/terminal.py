"""Answers on a terminal: plain words and tables with rich (I/O)."""

from __future__ import annotations

import contextlib
import re
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.status import Status
from rich.table import Table

from rahdari.case import Case
from rahdari.case.shipment import MODES, cargo_words, join_names
from rahdari.documents import Document
from rahdari.exceptions import Fault
from rahdari.register.commitment import Commitment
from rahdari.report.itinerary import tell_route
from rahdari.trade.counterfactual import Counterfactual, largest_welfare_changes
from rahdari.transport.charges import RouteCharge
from rahdari.transport.detention import Detention
from rahdari.transport.itinerary import PlannedRoute, Quantiles
from rahdari.transport.network import Permit
from rahdari.transport.obstacles import CrossingState, Obstacle
from rahdari.transport.routes import RoutesAnswer

FAULTS_SHOWN = 100
TITLE_SHOWN = 80  # characters
PLAIN_WIDTH = 110  # columns where the output goes to a file or a pipe
SHORT_H = 10.0  # told with a decimal
HOURS_SHOWN = 72.0  # shorter trips are told in hours
LIKELY_THROUGH = 0.9  # below this a forwarder asks for another way
ALMOST_CERTAIN = 0.995
PATIENCE_S = 1.0  # what takes less shows no progress
HOURS_PER_DAY = 24.0
RISKS = MappingProxyType(
    {"permit": "permits needed", "war-risk": "war risk", "seasonal": "a stretch that this season shuts at times"}
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def open_console(*, stderr: bool = False) -> Console:
    """A console that takes text as it is: no markup, no colours by guess."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream is not None and stream.isatty() else PLAIN_WIDTH
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=width)


def printable(text: str) -> str:
    """The text without the control characters that a terminal would obey."""
    return _CONTROL.sub(" ", text)


@contextlib.contextmanager
def show_progress(what: str) -> Iterator[None]:
    """Nothing; while the block lasts longer than a second, a terminal shows on standard error what is being done."""
    console = open_console(stderr=True)
    if not console.is_terminal:
        yield
        return
    status = Status(f"{what} ...", console=console)
    timer = threading.Timer(PATIENCE_S, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def print_check(name: str, faults: Sequence[Fault]) -> None:
    """Nothing; prints the verdict on a case and its faults by file, as many as one reads."""
    console = open_console()
    if not faults:
        console.print(f"No fault in {name}.")
        return
    counts = Counter(fault.where.file for fault in faults)
    console.print(f"{_count(len(faults), 'fault')} in {name}, in {_count(len(counts), 'file')}.")
    left = FAULTS_SHOWN
    for file, count in counts.items():
        console.print(f"\n{printable(file)} ({count})")
        here = [fault for fault in faults if fault.where.file == file]
        for fault in here[:left]:
            console.print(Padding(f"{_place(fault)}{printable(fault.message)}", (0, 0, 0, 2)))
        hidden = len(here) - len(here[:left])
        if hidden:
            console.print(f"  and {hidden} more; --json lists all.")
        left -= len(here[:left])


def _place(fault: Fault) -> str:
    row = f"row {fault.where.row}" if fault.where.row is not None else ""
    column = f"column {printable(fault.where.column)}" if fault.where.column else ""
    place = ", ".join(part for part in (row, column) if part)
    return f"{place}: " if place else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def print_reading(document: Document, commitments: Sequence[Commitment]) -> None:
    """Nothing; prints what the document is and its commitments, a row each."""
    console = open_console()
    title = textwrap.shorten(printable(document.title or "A document without a title"), TITLE_SHOWN, placeholder=" ...")
    day = say_day(document.date) if document.date else "no date found"
    console.print(f"{title} ({day}): {_count(len(commitments), 'commitment')}.")
    if not commitments:
        return
    table = _table("#", "status", "kind", "value", "by", "the document's words", right=("#", "value"))
    for number, commitment in enumerate(commitments, start=1):
        deadline = commitment.deadline
        table.add_row(
            str(number),
            commitment.status,
            commitment.kind.replace("_", " "),
            _say_value(commitment),
            "" if deadline is None else printable(deadline.text),
            printable(" ".join(commitment.quote.split())),
        )
    console.print(table)
    console.print("--json gives each quote's exact place, the parties, places and sectors.")


def _say_value(commitment: Commitment) -> str:
    value = commitment.value if commitment.value is not None else commitment.baseline
    if value is None:
        return ""
    qualifier = {"at_least": "over ", "at_most": "up to ", "about": "about "}.get(commitment.comparator or "", "")
    if commitment.value is None:
        qualifier = "from "
    return f"{qualifier}{value:,.10g} {commitment.unit or ''}".strip()


def print_counterfactual(answer: Counterfactual) -> None:
    """Nothing; prints the largest changes of welfare in percent, and how well the equilibrium is solved."""
    console = open_console()
    columns = ("welfare", "nominal wage", "price index", "exports")
    table = _table("economy", *columns, right=columns)
    for row in largest_welfare_changes(answer):
        ratios = (row.welfare, row.nominal_wage, row.price_index, row.exports)
        cells = ("-" if ratio is None else f"{100 * (ratio - 1):+.3f}" for ratio in ratios)
        table.add_row(printable(row.id), *cells)
    console.print("The largest changes of welfare, in percent of the baseline")
    console.print(table)
    solved = f"Converged in {answer.iterations} steps, residual {answer.residual:.1e}"
    theta = "by sector" if answer.elasticity is None else f"{answer.elasticity:g}"
    console.print(f"{solved}; theta {theta}, {answer.deficits} deficits.")


def print_routes(answer: RoutesAnswer, case: Case) -> None:
    """Nothing; prints the recommended route in a sentence, the others, its steps, and what is shut or at risk."""
    console = open_console()
    console.print(say_recommendation(answer, case))
    if len(answer.routes) > 1:
        _print_section(console, "All ways, the better first", _ways(answer.routes))
    if answer.routes:
        _print_section(console, f"The recommended way, step by step ({_way(answer.routes[0])})", _steps(answer, case))
    if answer.routes and answer.routes[0].permits:
        console.print("\nPapers, permits and sanctions on the recommended way")
        for permit in answer.routes[0].permits:
            console.print(Padding(_say_permit(permit, case), (0, 0, 0, 2)))
    if answer.routes and answer.routes[0].detention is not None:
        console.print(f"\n{say_detention(answer.routes[0].detention, case)}")
    if answer.routes and answer.routes[0].charges:
        console.print(
            "\nWhat may be charged besides on the recommended way, by lorry and cargo (not in the figures above)"
        )
        for charge in answer.routes[0].charges:
            console.print(Padding(_say_charge(charge, case), (0, 0, 0, 2)))
    if answer.closed:
        console.print("\nShut or at risk, on ways that would otherwise be worth taking")
        for obstacle in _merge_obstacles(answer.closed):
            console.print(Padding(_say_obstacle(obstacle, case), (0, 0, 0, 2)))
    if answer.crossings:
        _print_section(console, f"Border crossings on {say_day(answer.day)}", _crossings(answer.crossings, case))
    if answer.routes or answer.closed:
        console.print(
            "\nNames in small letters with hyphens stand for pages in the case's sources.csv files; (D) marks a figure "
            "that is computed or judged. --json gives every leg and stop of all ways with its sources."
        )


def say_detention(detention: Detention, case: Case) -> str:
    """What the line's container costs beyond its free days, in a sentence with its source."""
    named = ", ".join(f"{case.sources[one].publisher}, {one}" for one in detention.sources)
    rate = f"{detention.low_usd_per_day:.0f} to {detention.high_usd_per_day:.0f} USD"
    charged = (
        f"{detention.low_usd:,.0f} to {detention.high_usd:,.0f} USD a container"
        if detention.days_charged
        else "nothing"
    )
    return (
        f"In a shipping line's container from {detention.port}: {detention.free_days:.0f} days are free, each day "
        f"after costs {rate} ({named}). There and back by this way takes {detention.days_away:.0f} days, so this "
        f"charge comes to {charged} on average; it is not in the figures above."
    )


def say_recommendation(answer: RoutesAnswer, case: Case) -> str:
    """The best way with its figures, and a safer one where it may well not get through; else what would open a way."""
    asked = f"{cargo_words(answer.cargo)} from {answer.start.name} to {answer.end.name} on {say_day(answer.day)}"
    papers = {permit.id: permit.title for permit in case.network.permits}
    asked += f" under the {papers[answer.under]}" if answer.under else ""
    asked += " in a train of its own" if answer.whole_train else ""
    asked += f" off a ship at {answer.start.name}" if answer.from_ship else ""
    asked += f" onto a ship at {answer.end.name}" if answer.to_ship else ""
    if not answer.routes:
        needed = "Modes to allow as well" if set(answer.blocked_by) <= set(MODES) else "What would have to open"
        told = f" {needed}: {join_names(answer.blocked_by)}." if answer.blocked_by else ""
        return f"No way is open for {asked}.{told}"
    best = answer.routes[0]
    return (
        f"Recommended for {asked}: {best.name}. It takes {_say_time(best.time_h)}, costs "
        f"{best.cost_usd_per_t:,.0f} USD per tonne, emits {best.co2e_kg_per_t:,.0f} kg of CO2e per tonne, and the "
        f"chance to get through is {_say_chance(best.availability)}.{_say_risks(best)} With the cargo's time, war-risk "
        f"premiums and the chance of failing counted in, a tonne that arrives costs "
        f"{best.generalised_cost_usd_per_t:,.0f} USD: the least of the ways that are open.{_say_safer(answer.routes)}"
    )


def _say_safer(routes: Sequence[PlannedRoute]) -> str:
    """The first way that likely gets through, where the recommended one may well not; nothing where there is none."""
    safer = next((number for number, one in enumerate(routes, 1) if one.availability >= LIKELY_THROUGH), None)
    if safer in (None, 1):
        return ""
    way = routes[safer - 1]
    return (
        f" What must arrive goes by way {safer}, {way.name}: the chance there is {_say_chance(way.availability)}, and "
        f"a tonne that arrives costs {way.generalised_cost_usd_per_t:,.0f} USD, all counted."
    )


def _say_time(time: Quantiles) -> str:
    """The mean, and the range without the quickest and the slowest tenth; in hours where days would be too coarse."""
    unit, hours = ("hours", 1.0) if time.p90 < HOURS_SHOWN else ("days", HOURS_PER_DAY)
    mean, low, high = (value / hours for value in (time.mean, time.p10, time.p90))
    average = f"{mean:.1f}" if unit == "days" or mean < SHORT_H else f"{mean:.0f}"
    if f"{low:.0f}" == f"{high:.0f}":
        return f"{average} {unit}"
    return f"{average} {unit} on average ({low:.0f} to {high:.0f} {unit} in four trips of five)"


def _say_risks(route: PlannedRoute) -> str:
    flags = dict.fromkeys(RISKS.get(flag, flag) for leg in route.legs for flag in leg.flags)
    return f" Beware on this way: {join_names(list(flags))}." if flags else ""


def _say_chance(share: float) -> str:
    return f"{100 * share:.0f} in 100" if share < ALMOST_CERTAIN else "as good as certain"


def _way(route: PlannedRoute) -> str:
    breaks = _count(route.breaks_of_gauge, "break") if route.breaks_of_gauge else "no break"
    return f"{route.length_km:,.0f} km, {breaks} of gauge"


def _ways(routes: Sequence[PlannedRoute]) -> Table:
    columns = ("mean\ndays", "4 of 5\ntrips", "USD/t", "chance", "CO2e\nkg/t", "with time,\nrisk USD/t")
    table = _table("#", "way", *columns, right=("#", *columns))
    for number, route in enumerate(routes, start=1):
        low, high = route.time_h.p10 / HOURS_PER_DAY, route.time_h.p90 / HOURS_PER_DAY
        table.add_row(
            str(number),
            route.name,
            f"{route.time_h.mean / HOURS_PER_DAY:.1f}",
            "-".join(dict.fromkeys((f"{low:.0f}", f"{high:.0f}"))),
            f"{route.cost_usd_per_t:,.0f}",
            f"{100 * route.availability:.0f}%",
            f"{route.co2e_kg_per_t:,.0f}",
            f"{route.generalised_cost_usd_per_t:,.0f}",
        )
    return table


def _steps(answer: RoutesAnswer, case: Case) -> Table:
    table = _table("", "what", "where", "km", "hours", "USD/t", "beware", right=("km", "hours", "USD/t"))
    for step in tell_route(answer.routes[0], case):
        length = "" if step.length_km is None else f"{step.length_km:,.0f}"
        cost = f"{step.cost_usd_per_t:,.0f}" if step.cost_usd_per_t else ""
        flags = ", ".join(flag.replace("-", " ") for flag in step.flags)
        kind = "gauge" if step.kind == "break-of-gauge" else step.kind
        table.add_row(kind, step.what, step.where, length, f"{step.time_h:,.1f}", cost, flags)
    return table


def _merge_obstacles(obstacles: Sequence[Obstacle]) -> list[Obstacle]:
    """The obstacles with those of one cause, day and source told once, under all their names."""
    alike: dict[Obstacle, list[str]] = {}
    for obstacle in obstacles:
        alike.setdefault(replace(obstacle, name="", entity=""), []).append(obstacle.name)
    return [replace(obstacle, name=join_names(names)) for obstacle, names in alike.items()]


def _say_obstacle(obstacle: Obstacle, case: Case) -> str:
    word = "from" if obstacle.until else "since"
    since = f" {word} {say_day(obstacle.since)}" if obstacle.since else ""
    until = f" until {say_day(obstacle.until)}" if obstacle.until else ""
    state = {"war-risk": "at war risk", "closed": "shut", "season": "shut by season"}.get(
        obstacle.state, obstacle.state
    )
    why = f": {obstacle.why.rstrip('.')}" if obstacle.why not in ("", obstacle.state) else ""
    verified = f" Last verified {say_day(obstacle.last_verified)}" if obstacle.last_verified else ""
    sources = _say_sources(obstacle.sources, case)
    cited = f"{verified} ({sources})." if verified and sources else f" Source: {sources}." if sources else ""
    return f"{obstacle.name} - {state}{since}{until}{why}.{cited}"


def _say_charge(charge: RouteCharge, case: Case) -> str:
    """What is charged, how much, on what terms and where that was read."""
    item = charge.charge
    free = "" if item.free_days is None else f", {item.free_days:g} days free"
    price = "" if item.low is None or item.high is None else f", {_say_price(item.low, item.high, per=item.per)}"
    if charge.low_usd_per_t is not None and charge.high_usd_per_t is not None:
        price += f" ({_say_span(round(charge.low_usd_per_t), round(charge.high_usd_per_t))} USD/t)"
    note = f": {item.note.rstrip('.')}" if item.note else ""
    return f"{item.title}{free}{price}{note}. Source: {_say_sources((item.source,), case)}."


def _say_price(low: float, high: float, *, per: str) -> str:
    unit = {"truck": "USD a lorry of 20 t", "value": "percent of the value", "levies": "percent of the levies"}[per]
    return f"{_say_span(low, high)} {unit}"


def _say_span(low: float, high: float) -> str:
    return f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"


def _say_permit(permit: Permit, case: Case) -> str:
    """What is needed, from whom, on what terms and where that was read."""
    issuer = f", from {permit.issuer}" if permit.issuer else ""
    note = f": {permit.note.rstrip('.')}" if permit.note else ""
    return f"{permit.title}{issuer}{note}. Source: {_say_sources((permit.source,), case)}."


def _crossings(crossings: Sequence[CrossingState], case: Case) -> Table:
    table = _table("crossing", "state", "since", "last verified", "source")
    for crossing in crossings:
        days = ("" if day is None else day.isoformat() for day in (crossing.since, crossing.last_verified))
        state = "; ".join(filter(None, (crossing.state, crossing.hours)))
        table.add_row(crossing.name, state, *days, _say_sources(crossing.sources, case))
    return table


def _say_sources(ids: Sequence[str], case: Case) -> str:
    """Publishers with the id under which `sources.csv` holds the page."""
    said = []
    for id_ in ids:
        source = case.sources.get(id_)
        said.append(f"{source.publisher}, {id_}" if source is not None else id_)
    return "; ".join(said)


def say_day(day: date) -> str:
    """The day in words: '15 March 2026'."""
    return f"{day.day} {day:%B} {day.year}"


def _table(*columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, title_justify="left")
    for column in columns:
        table.add_column(
            column, justify="right" if column in right else "left", no_wrap=column in right, overflow="fold"
        )
    return table


def _print_section(console: Console, title: str, table: Table) -> None:
    console.print(f"\n{title}")
    console.print(table)
