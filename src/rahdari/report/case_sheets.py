"""Tables of what the case holds: corridors, states of borders, the register, assumptions, claims and sources."""

from __future__ import annotations

from collections import Counter

from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.survey import gateway_name, trace_passages
from rahdari.case import Case
from rahdari.report.citations import count_uses
from rahdari.report.evidence import say_what
from rahdari.report.sheet import Cell, Sheet, join_ids, make_sheet
from rahdari.report.words import Words


def corridors_sheet(case: Case, appraisal: Appraisal, say: Words) -> Sheet:
    """Indicators of every corridor and direction, now and with the measures."""
    counted = {one.id for one in appraisal.measures}
    measures = [measure for measure in case.measures if measure.id in counted]
    rows: list[tuple[Cell, ...]] = []
    for one in trace_passages(case, measures=measures, day=case.as_of):
        for setting, told in (("now", one.today), ("with_measures", one.with_measures)):
            if told is not None:
                shut = "; ".join(dict.fromkeys(say.name(gateway_name(case, entity)) for entity in told.shut_by))
                rows.append(
                    (
                        say.name(one.corridor.name),
                        one.direction,
                        say(f"corridors.{setting}"),
                        shut,
                        told.availability,
                        told.length_km,
                        told.tfi1_h,
                        told.tfi2_usd,
                        told.tfi3_usd_per_500km_20t,
                        told.tfi4_km_per_h,
                        told.speed_without_delay_km_per_h,
                        told.border_time_share,
                        join_ids(one.sources),
                    )
                )
    return make_sheet(
        "corridors",
        "corridor direction setting shut_by availability length_km tfi1_h tfi2_usd tfi3_usd_per_500km_20t "
        "tfi4_km_per_h speed_without_delay_km_per_h border_time_share sources",
        rows,
    )


def states_sheet(case: Case, say: Words) -> Sheet:
    """Dated states of borders, straits and services."""
    rows = [
        (
            one.entity,
            say.state(one.state),
            one.since,
            one.until,
            one.last_verified,
            say.name(one.note),
            one.strength,
            one.source,
        )
        for one in case.network.states
    ]
    return make_sheet("states", "entity state since until last_verified note strength sources", rows)


def register_sheet(case: Case, say: Words) -> Sheet:
    """Every commitment with its status and owners."""
    rows = [
        (
            one.id,
            say.name(one.title),
            say.term("kind", one.kind),
            say.status(one.status),
            say.name(one.deadline),
            "; ".join(filter(None, (one.owner_a, one.owner_b))),
            one.strength,
            one.source,
        )
        for one in case.register.commitments
    ]
    return make_sheet("register", "commitment title kind status deadline owners strength sources", rows)


def not_modelled_sheet(case: Case, appraisal: Appraisal, say: Words) -> Sheet:
    """Commitments without a quantified effect, and why."""
    known = {one.id: one for one in case.register.commitments}
    rows = []
    for one in appraisal.not_modelled:
        held = known.get(one.commitment)
        title, source = (one.commitment, "") if held is None else (held.title, held.source)
        rows.append((one.commitment, say.name(title), say.name(one.why), source))
    return make_sheet("not-modelled", "commitment title why sources", rows)


def assumptions_sheet(case: Case, appraisal: Appraisal, say: Words) -> Sheet:
    """Figures that are assumed or judged, with their reasons."""
    rows = [
        (say_what(case, one.what, say), one.value, one.unit, "D", say.name(one.reason), join_ids(one.sources))
        for one in appraisal.assumptions
    ]
    return make_sheet("assumptions", "what value unit strength reason sources", rows)


def claims_sheet(case: Case) -> Sheet:
    """Every figure of the case with its strength and source."""
    rows = [
        (
            one.entity,
            one.attribute,
            one.comparator,
            one.value,
            one.unit,
            str(one.period or ""),
            one.book,
            one.strength,
            one.note,
            one.source,
        )
        for one in case.claims
    ]
    return make_sheet("claims", "entity attribute comparator value unit period book strength note sources", rows)


def sources_sheet(case: Case) -> Sheet:
    """Every source, and how often it is used at each strength."""
    uses = count_uses(case)
    rows: list[tuple[Cell, ...]] = [
        (
            one.id,
            one.title,
            one.publisher,
            one.date,
            one.url,
            one.terms,
            one.note,
            *(uses.get(one.id, Counter())[strength] for strength in "ABCD"),
        )
        for one in case.sources.values()
    ]
    return make_sheet("sources", "source title publisher date url terms note uses_a uses_b uses_c uses_d", rows)
