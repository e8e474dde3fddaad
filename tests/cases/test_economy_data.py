"""The shipped case's economy: what its tables must add up to, read with nothing but csv and numpy."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Row = dict[str, str]
BASELINE_MUSD = 250.0


@pytest.fixture(scope="module")
def case(root: Path) -> Path:
    return root / "src" / "rahdari" / "cases" / "pakistan_kazakhstan"


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def claims(case: Path) -> list[Row]:
    return read_rows(case / "economy" / "claims.csv")


@pytest.fixture(scope="module")
def flows(case: Path) -> dict[tuple[str, str], Row]:
    return {(row["exporter"], row["importer"]): row for row in read_rows(case / "economy" / "flows.csv")}


@pytest.fixture(scope="module")
def turnover(case: Path) -> NDArray[np.float64]:
    """Both directions summed in USD million, unordered pairs x years."""
    with np.load(case / "economy" / "pairs.npz", allow_pickle=False) as held:
        exports = held["exports_musd"].astype(np.float64)
    upper = np.triu_indices(len(exports), k=1)
    return np.asarray(exports[upper] + exports.transpose(1, 0, 2)[upper])


def trade(claims: list[Row], *, flow: str, book: str, period: str) -> list[float]:
    wanted = (f"flow:{flow}", book, period)
    return [float(row["value"]) for row in claims if (row["entity"], row["book"], row["period"]) == wanted]


def test_flows_hold_every_pair_of_the_24_economies_once(case: Path, flows: dict[tuple[str, str], Row]) -> None:
    economies = [row["id"] for row in read_rows(case / "economy" / "economies.csv")]
    assert len(economies) == len(set(economies)) == 24
    assert set(flows) == {(a, b) for a in economies for b in economies}
    assert len(read_rows(case / "economy" / "flows.csv")) == 24 * 24


def test_flows_between_the_two_parties_are_those_of_baci_2019(flows: dict[tuple[str, str], Row]) -> None:
    assert float(flows["PAK", "KAZ"]["value"]) == 73.897
    assert float(flows["KAZ", "PAK"]["value"]) == 2.6562
    assert {row["year"] for row in flows.values()} == {"2019"}


def test_only_unreported_flows_are_zero_and_they_are_weak(flows: dict[tuple[str, str], Row]) -> None:
    zero = {pair: row for pair, row in flows.items() if float(row["value"]) == 0.0}
    assert set(zero) == {("TKM", "IRN"), ("IRN", "TKM"), ("SAU", "IRN")}
    assert {row["strength"] for row in zero.values()} == {"C"}


def test_domestic_trade_is_positive_and_marked_as_estimated(flows: dict[tuple[str, str], Row]) -> None:
    for (exporter, importer), row in flows.items():
        estimated = exporter == importer
        assert (row["basis"], row["strength"] == "D") == (("estimated", True) if estimated else ("observed", False))
        assert not estimated or float(row["value"]) > 0.0


def test_shares_of_each_flow_sum_to_one(case: Path, claims: list[Row]) -> None:
    shares: dict[str, float] = defaultdict(float)
    goods = {row["id"] for row in read_rows(case / "economy" / "commodities.csv")}
    for row in claims:
        if row["attribute"] == "share":
            _, flow, commodity = row["entity"].split(":")
            assert commodity in goods
            shares[flow] += float(row["value"])
    assert shares == {"PAK-KAZ": pytest.approx(1.0, abs=1e-12), "KAZ-PAK": pytest.approx(1.0, abs=1e-12)}


def test_every_commodity_has_a_value_a_tonne_and_bulk_pays_interest_only(case: Path, claims: list[Row]) -> None:
    held = {(row["entity"], row["attribute"]): float(row["value"]) for row in claims}
    for row in read_rows(case / "economy" / "commodities.csv"):
        entity = f"commodity:{row['id']}"
        assert held[entity, "value_usd_per_t"] > 0.0
        cost_of_a_day = held[entity, "time_value_per_day"]
        if row["kind"] == "bulk":
            assert cost_of_a_day == held["model", "interest_per_day"]
        else:
            assert 0.006 <= cost_of_a_day <= 0.021


def test_every_book_and_source_that_is_named_exists(case: Path, claims: list[Row]) -> None:
    books = read_rows(case / "books.csv")
    files = [case / "sources.csv", case / "network" / "sources.csv", case / "economy" / "sources.csv"]
    sources = {row["id"] for file in files if file.is_file() for row in read_rows(file)}
    targets = read_rows(case / "targets.csv")
    assert {row["book"] for row in claims if row["attribute"] == "trade_musd"} == {row["id"] for row in books}
    named = {row["source"] for row in [*claims, *books, *targets]} | {row["outcome_source"] for row in targets}
    assert named - {""} <= sources


def test_every_figure_of_strength_d_says_why(claims: list[Row]) -> None:
    assert [row["entity"] for row in claims if row["strength"] == "D" and not row["note"]] == []


def test_rival_figures_of_one_period_stand_side_by_side(claims: list[Row]) -> None:
    first_four_months = trade(claims, flow="PAK-KAZ", book="pak-sbp", period="2024-07/2024-10")
    assert sorted(first_four_months) == [27.96, 29.47]


def test_two_books_of_one_country_differ_by_more_than_twofold(claims: list[Row]) -> None:
    (receipts,) = trade(claims, flow="PAK-KAZ", book="pak-sbp", period="2024-07/2025-06")
    customs = trade(claims, flow="PAK-KAZ", book="pak-customs", period="2024-07/2025-06")
    assert receipts == 97.96
    assert max(customs) / receipts == pytest.approx(2.56, abs=0.005)


def test_turnover_of_a_book_is_the_sum_of_its_directions(claims: list[Row]) -> None:
    cases = [("pak-sbp", "2024-07/2025-06"), ("pak-sbp", "2023-07/2024-06"), ("kaz-customs", "2024"), ("baci", "2019")]
    for book, period in cases:
        out, back, both = (
            trade(claims, flow=flow, book=book, period=period)[0] for flow in ("PAK-KAZ", "KAZ-PAK", "turnover")
        )
        assert both == pytest.approx(out + back, abs=0.001)


def test_three_books_are_forecast(case: Path) -> None:
    books = {row["id"]: row for row in read_rows(case / "books.csv")}
    assert {name for name, row in books.items() if row["forecast"] == "yes"} == {
        "pak-sbp",
        "pak-customs",
        "kaz-customs",
    }
    assert books["pak-customs"]["flow"] == "PAK-KAZ"
    assert (books["pak-sbp"]["fiscal_year_start"], books["kaz-customs"]["fiscal_year_start"]) == ("7", "1")


@pytest.mark.parametrize(("years", "hits", "windows"), [(1, 82, 19_469), (2, 170, 18_378), (5, 732, 15_055)])
def test_pairs_of_that_size_quadruple_as_rarely_as_published(
    turnover: NDArray[np.float64], years: int, hits: int, windows: int
) -> None:
    start, end = turnover[:, :-years], turnover[:, years:]
    counted = (start >= 0.6 * BASELINE_MUSD) & (start <= 1.6 * BASELINE_MUSD) & (end > 0.0)
    assert int(counted.sum()) == windows
    assert int((counted & (end >= 4.0 * start)).sum()) == hits


def test_noise_is_the_spread_of_the_pairs_yearly_changes(case: Path, claims: list[Row]) -> None:
    with np.load(case / "economy" / "pairs.npz", allow_pickle=False) as held:
        names, exports = [str(name) for name in held["iso3"]], held["exports_musd"].astype(np.float64)
    a, b = names.index("PAK"), names.index("KAZ")
    changes = np.diff(np.log((exports[a, b] + exports[b, a])[10:]))
    stated = [float(row["value"]) for row in claims if row["attribute"] == "noise_sd"]
    assert stated[0] == pytest.approx(float(changes.std(ddof=1)), abs=0.0005)


def test_of_the_dated_and_resolved_targets_eight_were_met(case: Path) -> None:
    targets = read_rows(case / "targets.csv")
    resolved = [row for row in targets if row["deadline_year"] and row["met"] in ("yes", "no")]
    assert len(targets) == 55
    assert (len(resolved), sum(row["met"] == "yes" for row in resolved)) == (26, 8)
