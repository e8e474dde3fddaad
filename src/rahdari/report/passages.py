"""The corridors part of the page: the map, each corridor's state and its indicators in both directions."""

from __future__ import annotations

from collections.abc import Sequence

from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.survey import gateway_name, trace_passages
from rahdari.case import Case
from rahdari.report.citations import Citations
from rahdari.report.corridor_map import draw_corridors
from rahdari.report.page import CorridorsPart, Table
from rahdari.report.words import NONE, Words
from rahdari.transport.corridors import Passage

SAME = 0.05  # a change of less than this share of the figure is not told
FIGURES = (("tfi1_h", 1), ("tfi2_usd", 0), ("tfi3_usd_per_500km_20t", 0), ("tfi4_km_per_h", 0))


def build_corridors_part(case: Case, appraisal: Appraisal, citations: Citations, *, say: Words) -> CorridorsPart:
    """The corridors on the case's day, and with the measures that the appraisal counts in full effect."""
    counted = {one.id for one in appraisal.measures}
    measures = [measure for measure in case.measures if measure.id in counted]
    passages = trace_passages(case, measures=measures, day=case.as_of)
    if not passages:
        return CorridorsPart("", None, None, None, "", ())
    corridors = list(dict.fromkeys(one.corridor for one in passages))
    shut = {one.corridor.id for one in passages if one.today.shut_by}
    opened = {one.corridor.id for one in passages if one.today.shut_by and _opens(one)}
    return CorridorsPart(
        lead=say(
            "corridors.lead",
            date=say.day(case.as_of),
            count=len(corridors),
            open=len(corridors) - len(shut),
            opened=len(opened),
        ),
        map=draw_corridors(case, passages, say=say),
        table=_states(case, passages, say),
        indicators=_indicators(passages, say),
        note=say("corridors.note"),
        citations=citations.cite([one.source for one in corridors]),
    )


def _opens(passage: Passage) -> bool:
    return passage.with_measures is not None and not passage.with_measures.shut_by


def _states(case: Case, passages: Sequence[Passage], say: Words) -> Table:
    """Each corridor with its number and whether it can be passed."""
    by_corridor = {passage.corridor.id: passage for passage in reversed(passages)}
    rows = [
        (str(number), say.name(passage.corridor.name), _state(case, passage, say))
        for number, passage in enumerate(reversed(by_corridor.values()), start=1)
    ]
    headings = tuple(say(f"column.{name}") for name in ("number", "corridor", "state"))
    return Table(say("corridors.states"), headings, tuple(rows), (False, False, False))


def _state(case: Case, passage: Passage, say: Words) -> str:
    if not passage.today.shut_by:
        chance = passage.today.availability
        return say("corridors.open") if chance > 1 - SAME else say("corridors.chance", chance=say.percent(chance))
    names = [say.name(gateway_name(case, entity)) for entity in passage.today.shut_by]
    shut = say("corridors.shut", names=say.first_of(list(dict.fromkeys(names)), 4))
    return f"{shut} {say('corridors.opens')}" if _opens(passage) else shut


def _indicators(passages: Sequence[Passage], say: Words) -> Table:
    numbers = {corridor: number for number, corridor in enumerate(dict.fromkeys(one.corridor for one in passages), 1)}
    rows = tuple(
        (
            str(numbers[one.corridor]),
            say("direction_of_way", start=say.name(ends[0]), end=say.name(ends[1])),
            say.digits(one.today.length_km, 0),
            *(_arrow(one, name, digits, say) for name, digits in FIGURES),
            say.digits(one.today.speed_without_delay_km_per_h, 0),
            say.percent(one.today.border_time_share),
        )
        for one in passages
        for ends in [one.direction.split(" to ", 1)]
    )
    headings = (
        "number",
        "direction",
        "km",
        "border_h",
        "border_usd",
        "carriage_usd",
        "speed",
        "free_speed",
        "at_borders",
    )
    return Table(
        say("corridors.indicators"),
        tuple(say(f"column.{name}") for name in headings),
        rows,
        (False, False, *[True] * 7),
    )


def _arrow(passage: Passage, name: str, digits: int, say: Words) -> str:
    """A figure, with an arrow to that with the measures where it differs by more than a little."""
    now = getattr(passage.today, name)
    after = None if passage.with_measures is None else getattr(passage.with_measures, name)
    if now is None:
        return NONE
    if after is None or abs(after - now) <= SAME * abs(now):
        return say.digits(now, digits)
    return f"{say.digits(now, digits)} → {say.digits(after, digits)}"
