from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.documents import document_from_text
from rahdari.exceptions import Fault, Where
from rahdari.register.extraction import extract_commitments
from rahdari.report.answers import check_answer, counterfactual_answer, read_answer, routes_answer
from rahdari.trade.counterfactual import run_counterfactual
from rahdari.trade.tables import read_economy, read_shock
from tests.islands import islands

# The keys of the public contract; more may be added, none renamed.
ROUTES = {"from", "to", "date", "commodity", "routes", "closed", "blocked_by", "warnings"}
ROUTE = {"legs", "stops", "via", "modes", "length_km", "time_h", "cost_usd_per_t", "co2e_kg_per_t", "availability",
         "breaks_of_gauge", "documents"}  # fmt: skip
LEG = {"from", "to", "mode", "name", "length_km", "time_h", "cost_usd_per_t", "flags", "sources"}
STOP = {"at", "kind", "time_h", "cost_usd_per_t", "sources"}
CLOSED = {"name", "why", "since", "until", "last_verified", "sources"}
CROSSING = {"name", "state", "since", "last_verified", "hours", "note", "sources"}
COMMITMENT = {"id", "quote", "start", "end", "mentions", "parties", "kind", "status", "value", "unit", "comparator",
              "baseline", "deadline", "places", "sectors"}  # fmt: skip


def as_json(answer: dict[str, object]) -> Any:
    """The answer as a program gets it; raises where it holds what strict JSON cannot."""
    return json.loads(json.dumps(answer, allow_nan=False))


def test_routes_have_every_key_of_the_contract() -> None:
    answer = as_json(routes_answer(plan_shipment(islands(), Shipment("Norton", "Sutton"))))

    assert answer.keys() >= ROUTES
    assert answer["routes"]
    assert all(route.keys() >= ROUTE for route in answer["routes"])
    assert all(set(leg) == LEG for route in answer["routes"] for leg in route["legs"])
    assert all(set(stop) == STOP for route in answer["routes"] for stop in route["stops"])
    assert answer["closed"]
    assert all(obstacle.keys() >= CLOSED for obstacle in answer["closed"])
    assert all(set(crossing) == CROSSING for crossing in answer["crossings"])


def test_no_route_has_the_same_keys() -> None:
    answer = as_json(routes_answer(plan_shipment(islands(), Shipment("Norton", "Sutton", modes=("road",)))))

    assert answer.keys() >= ROUTES
    assert (answer["routes"], len(answer["blocked_by"])) == ([], 1)


def test_a_route_names_places_and_gives_days_as_iso_dates() -> None:
    answer = as_json(routes_answer(plan_shipment(islands(), Shipment("norton", "sutton"))))

    assert [answer[key] for key in ("from", "to", "date", "commodity")] == [
        "Norton",
        "Sutton",
        "2026-03-31",
        "machines",
    ]
    legs = answer["routes"][0]["legs"]
    assert (legs[0]["from"], legs[-1]["to"]) == ("Norton", "Sutton")
    assert answer["closed"][0]["since"] == "2026-01-01"


def test_lengths_and_costs_are_sums_of_legs_and_stops() -> None:
    for route in as_json(routes_answer(plan_shipment(islands(), Shipment("Norton", "Sutton"))))["routes"]:
        parts = [*route["legs"], *route["stops"]]
        assert sum(part["cost_usd_per_t"] for part in parts) == route["cost_usd_per_t"]
        assert sum(leg["length_km"] for leg in route["legs"]) == route["length_km"]


def test_every_leg_and_stop_names_its_sources() -> None:
    for route in as_json(routes_answer(plan_shipment(islands(), Shipment("Norton", "Sutton"))))["routes"]:
        assert all(part["sources"] for part in [*route["legs"], *route["stops"]])


def test_a_reading_has_every_key_of_the_contract_and_its_exact_words() -> None:
    document = document_from_text("Kenya and Turkey agreed to raise trade to $2 billion by 2030.", sha256="ab")
    answer = read_answer(document, extract_commitments(document, parties=("KEN", "TUR")))

    # The contract lets keys be added, never renamed or dropped.
    assert set(answer) >= {"document", "commitments", "warnings"}
    held = as_json(answer)
    assert held["document"].keys() >= {"title", "date", "language", "sha256", "text"}
    assert len(held["commitments"]) == 1
    assert set(held["commitments"][0]) >= COMMITMENT


def test_faults_keep_their_place_and_null_where_there_is_none() -> None:
    answer = check_answer([Fault("wrong", Where("claims.csv", 3, "unit")), Fault("missing", Where("books.csv"))])

    assert answer == {
        "ok": False,
        "faults": [
            {"file": "claims.csv", "row": 3, "column": "unit", "message": "wrong"},
            {"file": "books.csv", "row": None, "column": None, "message": "missing"},
        ],
        "warnings": [],
    }


def test_a_counterfactual_has_every_key_of_the_contract(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("exporter,importer,value\nA,A,90\nA,B,10\nB,A,10\nB,B,90\n", encoding="utf-8")
    (tmp_path / "shock.csv").write_text("exporter,importer,cost_change\nA,B,0.9\n", encoding="utf-8")
    economy = read_economy(tmp_path)
    answer = counterfactual_answer(
        run_counterfactual(economy, read_shock(tmp_path / "shock.csv", labels=economy.labels), elasticity=4.0)
    )

    held = as_json(answer)
    assert held.keys() >= {"converged", "iterations", "residual", "economies", "flows", "warnings"}
    assert {frozenset(row) for row in held["economies"]} == {
        frozenset({"id", "welfare", "nominal_wage", "price_index", "output", "exports"})
    }
    assert {frozenset(row) for row in held["flows"]} == {
        frozenset({"exporter", "importer", "sector", "baseline", "counterfactual"})
    }
