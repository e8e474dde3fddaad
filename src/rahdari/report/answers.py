"""Answers of the rooms as plain objects in the keys and units of the public contract."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

from rahdari.appraisal.survey import TODAY, WITH_MEASURES, CityAccess, Gateway, Survey, gateway_name
from rahdari.case import Case
from rahdari.case.lines import LinesImport
from rahdari.documents import Document
from rahdari.exceptions import Fault
from rahdari.register.commitment import Commitment
from rahdari.register.stock_facts import find_stock_facts
from rahdari.trade.counterfactual import Counterfactual
from rahdari.transport.access import Access
from rahdari.transport.charges import RouteCharge
from rahdari.transport.corridors import Indicators, Passage
from rahdari.transport.detention import Detention
from rahdari.transport.itinerary import Leg, PlannedRoute, Quantiles, RouteStop
from rahdari.transport.network import Permit
from rahdari.transport.obstacles import CrossingState, Obstacle
from rahdari.transport.pipelines import PipelineAnswer, Section
from rahdari.transport.routes import RoutesAnswer


def check_answer(faults: Sequence[Fault]) -> dict[str, object]:
    """The object of `check`: every fault with its place."""
    return {"ok": not faults, "faults": [fault_object(fault) for fault in faults], "warnings": []}


def fault_object(fault: Fault) -> dict[str, object]:
    """One fault with file, row (1 is the header) and column, null where it has none."""
    where = fault.where
    return {"file": where.file, "row": where.row, "column": where.column, "message": fault.message}


def read_answer(
    document: Document, commitments: Sequence[Commitment], *, warnings: Sequence[str] = ()
) -> dict[str, object]:
    """The object of `read`: the document and its commitments with spans in Unicode code points."""
    return {
        "document": {
            "title": document.title,
            "date": _day(document.date),
            "language": document.language,
            "sha256": document.sha256,
            "text": document.text,
            "page_starts": list(document.page_starts),
        },
        "commitments": [
            {**commitment.as_record(), "page": document.page_of(commitment.start)} for commitment in commitments
        ],
        "facts": [dataclasses.asdict(fact) for fact in find_stock_facts(document, commitments)],
        "warnings": list(warnings),
    }


def counterfactual_answer(answer: Counterfactual) -> dict[str, object]:
    """The object of `counterfactual`: ratios to the baseline, flows in the unit of the input."""
    return {
        "converged": answer.converged,
        "iterations": answer.iterations,
        "residual": answer.residual,
        "elasticity": answer.elasticity,
        "deficits": answer.deficits,
        "tolerance": answer.tolerance,
        "economies": [dataclasses.asdict(economy) for economy in answer.economies],
        "flows": [
            {"exporter": exporter, "importer": importer, "sector": sector, "baseline": old, "counterfactual": new}
            for sector, exporter, importer, old, new in answer.table.rows()
        ],
        "warnings": list(answer.warnings),
    }


def routes_answer(answer: RoutesAnswer) -> dict[str, object]:
    """The object of `routes`: routes by generalised cost, what is shut or at risk, and the crossings' states."""
    return {
        "from": answer.start.name,
        "to": answer.end.name,
        "date": answer.day.isoformat(),
        "commodity": answer.cargo.id,
        "under": answer.under or None,
        "whole_train": answer.whole_train,
        "from_ship": answer.from_ship,
        "to_ship": answer.to_ship,
        "routes": [_route(route) for route in answer.routes],
        "closed": [_obstacle(obstacle) for obstacle in answer.closed],
        "blocked_by": list(answer.blocked_by),
        "crossings": [_crossing(crossing) for crossing in answer.crossings],
        "warnings": list(answer.warnings),
    }


def lines_answer(done: LinesImport, *, source: str) -> dict[str, object]:
    """The object of `import` for a user's own lines: links added, repeats left out; faults would have stopped it."""
    return {
        "source": source,
        "rows": done.rows,
        "skipped": done.skipped,
        "places": done.places,
        "faults": [],
        "totals": {"years": [], "value_musd": None, "length_km": done.length_km},
        "warnings": [],
    }


def corridors_answer(survey: Survey, case: Case) -> dict[str, object]:
    """The object of `corridors`: indicators by corridor and direction, access, diversification and gateways."""
    return {
        "date": survey.day.isoformat(),
        "measures": [measure.id for measure in survey.measures],
        "corridors": [_passage(passage, case) for passage in survey.passages],
        "cargo": survey.cargo.id,
        "accessibility": [_city(city) for city in survey.access],
        "diversification": [
            {"flow": spread.flow, "setting": spread.setting, "equal_ways": float(spread.ways)}
            for spread in survey.spreads
        ],
        "book": survey.book or None,
        "gateways": [_gateway(gateway, case) for gateway in survey.gateways],
        "most_critical": [
            {"setting": setting, **_gateway(gateway, case)}
            for setting in (TODAY, WITH_MEASURES)
            if (gateway := survey.most_critical(setting)) is not None
        ],
        "pipelines": [_pipeline(line, case) for line in survey.pipelines],
        "warnings": list(survey.warnings),
    }


def _pipeline(line: PipelineAnswer, case: Case) -> dict[str, object]:
    """A pipeline with its sections; amounts are null where no source gives them."""
    names = {node.id: node.name for node in case.network.nodes}
    return {
        "name": line.name,
        "places": [names[node] for node in line.nodes],
        "length_km": line.length_km,
        "capacity_bcm_per_year": line.capacity_bcm_per_year,
        "fee_usd_per_mmbtu": line.fee_usd_per_mmbtu,
        "in_use": line.in_use,
        "sections": [_section(section) for section in line.sections],
    }


def _section(section: Section) -> dict[str, object]:
    state = section.state
    return {
        "id": section.pipeline.id,
        "country": section.pipeline.country,
        "length_km": section.length_km,
        "length_built_km": section.length_built_km,
        "capacity_bcm_per_year": section.capacity_bcm_per_year,
        "fee_usd_per_mmbtu": section.fee_usd_per_mmbtu,
        "state": None if state is None else state.state,
        "since": None if state is None else state.since.isoformat(),
        "last_verified": None if state is None else state.last_verified.isoformat(),
        "note": section.pipeline.note or None,
        "why": None if state is None else state.note or None,
        "sources": list(section.sources),
    }


def _passage(passage: Passage, case: Case) -> dict[str, object]:
    return {
        "corridor": passage.corridor.id,
        "name": passage.corridor.name,
        "direction": passage.direction,
        "mode": " and ".join(passage.modes),
        **_indicators(passage.today, case),
        "with_measures": None if passage.with_measures is None else _indicators(passage.with_measures, case),
        "note": passage.corridor.note or None,
        "sources": list(passage.sources),
    }


def _indicators(told: Indicators, case: Case) -> dict[str, object]:
    """The numbers of one direction; `open` says whether anything shuts the way on the day."""
    numbers = {name: value for name, value in dataclasses.asdict(told).items() if name != "shut_by"}
    return {
        **numbers,
        "open": not told.shut_by,
        "shut_by": [gateway_name(case, entity) for entity in told.shut_by],
    }


def _city(city: CityAccess) -> dict[str, object]:
    return {
        "city": city.city,
        "country": city.country,
        "index": float(city.index),
        "index_with_measures": None if city.index_with_measures is None else float(city.index_with_measures),
        "today": _access(city.today),
        "with_measures": None if city.with_measures is None else _access(city.with_measures),
    }


def _access(access: Access) -> dict[str, object]:
    return {
        "reached_share": float(access.reached_share),
        "time_h": access.time_h,
        "cost_usd_per_t": access.cost_usd_per_t,
    }


def _gateway(gateway: Gateway, case: Case) -> dict[str, object]:
    return {
        "gateway": gateway.gateway,
        "name": gateway_name(case, gateway.gateway),
        "kind": gateway.kind,
        "flow": gateway.flow,
        "setting": gateway.setting,
        "share": float(gateway.share),
        "tonnes_per_day": float(gateway.tonnes_per_day),
        "closure_usd_per_day": float(gateway.closure_usd_per_day),
        "reroute_usd_per_day": gateway.reroute_usd_per_day,
        "wait_usd_per_day": float(gateway.wait_usd_per_day),
        "stops_all": gateway.stops_all,
    }


def _route(route: PlannedRoute) -> dict[str, object]:
    return {
        "name": route.name,
        "legs": [_leg(leg) for leg in route.legs],
        "stops": [_stop(stop) for stop in route.stops],
        "via": list(route.via),
        "modes": list(route.modes),
        "length_km": float(route.length_km),
        "time_h": _quantiles(route.time_h),
        "cost_usd_per_t": float(route.cost_usd_per_t),
        "generalised_cost_usd_per_t": float(route.generalised_cost_usd_per_t),
        "co2e_kg_per_t": float(route.co2e_kg_per_t),
        "availability": float(route.availability),
        "breaks_of_gauge": int(route.breaks_of_gauge),
        "documents": list(route.documents),
        "permits": [_permit(permit) for permit in route.permits],
        "detention": None if route.detention is None else _detention(route.detention),
        "charges": [_charge(charge) for charge in route.charges],
    }


def _detention(detention: Detention) -> dict[str, object]:
    return {
        "port": detention.port,
        "free_days": float(detention.free_days),
        "usd_per_day": {"low": float(detention.low_usd_per_day), "high": float(detention.high_usd_per_day)},
        "days_away": float(detention.days_away),
        "usd_per_container": {"low": float(detention.low_usd), "high": float(detention.high_usd)},
        "sources": list(detention.sources),
    }


def _charge(charge: RouteCharge) -> dict[str, object]:
    item = charge.charge
    return {
        "id": item.id,
        "title": item.title,
        "per": item.per,
        "low": item.low,
        "high": item.high,
        "usd_per_t": {"low": charge.low_usd_per_t, "high": charge.high_usd_per_t},
        "free_days": item.free_days,
        "note": item.note or None,
        "sources": [item.source],
    }


def _permit(permit: Permit) -> dict[str, object]:
    return {
        "id": permit.id,
        "title": permit.title,
        "kind": permit.kind,
        "issuer": permit.issuer or None,
        "note": permit.note or None,
        "sources": [permit.source],
    }


def _leg(leg: Leg) -> dict[str, object]:
    return {
        "from": leg.start,
        "to": leg.end,
        "mode": leg.mode,
        "name": leg.name or None,
        "length_km": float(leg.length_km),
        "time_h": float(leg.time_h),
        "cost_usd_per_t": float(leg.cost_usd_per_t),
        "flags": list(leg.flags),
        "sources": list(leg.sources),
    }


def _stop(stop: RouteStop) -> dict[str, object]:
    return {
        "at": stop.at,
        "kind": stop.kind,
        "time_h": float(stop.time_h),
        "cost_usd_per_t": float(stop.cost_usd_per_t),
        "sources": list(stop.sources),
    }


def _quantiles(time: Quantiles) -> dict[str, object]:
    return {"mean": float(time.mean), "p10": float(time.p10), "p50": float(time.p50), "p90": float(time.p90)}


def _obstacle(obstacle: Obstacle) -> dict[str, object]:
    return {
        "name": obstacle.name,
        "state": obstacle.state,
        "why": obstacle.why,
        "since": _day(obstacle.since),
        "until": _day(obstacle.until),
        "last_verified": _day(obstacle.last_verified),
        "sources": list(obstacle.sources),
    }


def _crossing(crossing: CrossingState) -> dict[str, object]:
    return {
        "name": crossing.name,
        "state": crossing.state,
        "since": _day(crossing.since),
        "last_verified": _day(crossing.last_verified),
        "hours": crossing.hours or None,
        "note": crossing.note or None,
        "sources": list(crossing.sources),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
