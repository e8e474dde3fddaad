"""Published figures beside the model's: the vocabulary's faults, what passes, what misses and what is not run."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from rahdari.case import Case, find_case, read_case
from rahdari.claims import parse_period
from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade.pairs import PairHistory
from rahdari.transport.cargo import read_cargo
from rahdari.validation import Verdict, as_record, judge_case, reading_record, summarise_counts, tabulate_group
from rahdari.validation.bench import set_up_bench
from rahdari.validation.expectations import Expectation, read_expectations
from rahdari.validation.forecasts import embargo_ratio
from rahdari.validation.marked import marked_share
from rahdari.validation.methods import Context, compute_figure, read_method
from rahdari.validation.verdicts import judge_row

KEYS = ["id", "group", "what", "published", "model", "unit", "tolerance", "pass", "source", "note"]
Change = Callable[..., Case]


@pytest.fixture(scope="module")
def shipped() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


@pytest.fixture(scope="module")
def verdicts(shipped: Case) -> dict[str, Verdict]:
    return {verdict.row.id: verdict for verdict in judge_case(shipped)}


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """The shipped case with one row of its published figures changed."""

    def change(row_id: str, **cells: str) -> Case:
        folder = tmp_path / "case"
        shutil.copytree(find_case("pakistan_kazakhstan"), folder)
        path = folder / "expected" / "validation.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        next(row for row in rows if row["id"] == row_id).update(cells)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return read_case(folder)

    return change


def is_further(name: str) -> bool:
    """Whether the row is one of the four sets of published totals of transport (t, f, g and h)."""
    return name[0] in "tfgh" and name[1:].isdigit()


def row_of(case: Case, row_id: str) -> Expectation:
    return next(row for row in read_expectations(case) if row.id == row_id)


def test_the_25_transport_totals_pass(verdicts: dict[str, Verdict]) -> None:
    transport = {f"p{number}": verdicts[f"p{number}"] for number in range(1, 26)}
    assert [name for name, verdict in transport.items() if verdict.passed is not True] == []
    assert "port of Aktau" in transport["p16"].row.note


def test_further_totals_have_one_tolerance_for_each_kind_and_every_miss_says_why(verdicts: dict[str, Verdict]) -> None:
    further = [verdict for name, verdict in verdicts.items() if name.startswith("t") and name[1:].isdigit()]
    assert len([verdict for verdict in further if verdict.row.group == "validation"]) >= 25
    assert {verdict.row.tolerance for verdict in further if verdict.row.unit == "km"} == {0.07}
    assert {verdict.row.tolerance for verdict in further if verdict.row.unit != "km"} == {0.3}
    every = [verdict for name, verdict in verdicts.items() if is_further(name)]
    assert [verdict.row.id for verdict in every if verdict.passed is ("Misses" in verdict.row.note)] == []


def test_four_of_five_further_totals_that_calibrated_nothing_pass(verdicts: dict[str, Verdict]) -> None:
    held = [v for name, v in verdicts.items() if is_further(name) and v.row.group == "validation"]
    assert len(held) >= 126
    assert sum(verdict.passed is True for verdict in held) >= 0.8 * len(held)


def test_rows_that_return_an_input_stand_apart(verdicts: dict[str, Verdict]) -> None:
    for name in ("p12", "p13", "p18", "p19", "p20", "p21", "p22"):
        assert verdicts[name].row.group == "consistency"
    assert verdicts["p1"].row.group == "calibration"
    assert verdicts["p2"].row.group == "validation"


def test_the_outside_view_counts_what_was_fixed_beforehand(verdicts: dict[str, Verdict]) -> None:
    counts = {name: verdict.model for name, verdict in verdicts.items() if name.startswith("pairs-")}
    assert counts == {
        "pairs-1-hits": 82,
        "pairs-1-windows": 19469,
        "pairs-2-hits": 170,
        "pairs-2-windows": 18378,
        "pairs-5-hits": 732,
        "pairs-5-windows": 15055,
    }


def test_every_row_has_a_source_of_the_case(shipped: Case) -> None:
    rows = read_expectations(shipped)
    assert [row.id for row in rows if row.source not in shipped.sources] == []
    assert len(rows) >= 131


def test_further_totals_are_asked_on_the_day_of_their_source_where_it_is_known(shipped: Case) -> None:
    dated = 0
    with (find_case("pakistan_kazakhstan") / "expected/validation.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if is_further(row["id"])]
    for row in rows:
        if shipped.sources[row["source"]].date:
            told, day = parse_period(shipped.sources[row["source"]].date), date.fromisoformat(row["day"])
            first = min(told.start, shipped.as_of) - timedelta(days=14)  # what is told may have begun some days before
            assert first <= day <= min(told.end, shipped.as_of), row["id"]
            dated += 1
    assert dated >= 100


def test_a_wrong_expectation_fails(changed: Change) -> None:
    case = changed("p20", published="1400")
    verdict = judge_row(row_of(case, "p20"), set_up_bench(case, None))
    assert verdict.model == 1336
    assert verdict.passed is False


def test_a_route_that_the_engine_does_not_find_is_a_miss(changed: Change) -> None:
    case = changed("p5", method="route-time:karachi>aktau:sea")
    verdict = judge_row(row_of(case, "p5"), set_up_bench(case, None))
    assert verdict.model is None
    assert verdict.passed is False


def test_a_train_of_its_own_waits_for_none_of_the_departures_of_a_line(changed: Change) -> None:
    ends = "route-time:quetta>taftan:rail"
    case = changed("t40", method=f"{ends} - {ends}:as whole-train", unit="h")
    per_week = case.claims.value("link:quetta-taftan-rail", "departures_per_week")
    assert judge_row(row_of(case, "t40"), set_up_bench(case, None)).model == pytest.approx(168 / per_week / 2)


@pytest.mark.parametrize("asked", ["karachi>peshawar:road:off ship", "peshawar>karachi:road:onto ship"])
def test_cargo_off_or_onto_a_ship_stays_in_the_port_by_land_too(asked: str, changed: Change) -> None:
    made_there = asked.rpartition(":")[0]
    case = changed("p6", method=f"route-time:{asked} - route-time:{made_there}", unit="h")
    held = case.claims.value("stop:port-karachi", "time_h")
    assert judge_row(row_of(case, "p6"), set_up_bench(case, None)).model == pytest.approx(held)


def test_the_time_at_a_stop_is_that_of_the_route_that_is_asked(changed: Change) -> None:
    stop, ends = "torkham-road-pak-afg-out", "peshawar>jalalabad:road:via torkham"
    under = changed(
        "p6", method=f"time-at:{ends}:under tir-carnet:{stop} / claim:stop:{stop}:time_h:latest", unit="times"
    )
    factor = under.claims.value("permit:tir-carnet", "border_time_factor")
    assert judge_row(row_of(under, "p6"), set_up_bench(under, None)).model == pytest.approx(factor)


def test_the_time_at_a_stop_that_the_route_does_not_pass_is_a_miss(changed: Change) -> None:
    case = changed("p6", method="time-at:peshawar>jalalabad:road:via torkham:chaman-road-pak-afg-out")
    verdict = judge_row(row_of(case, "p6"), set_up_bench(case, None))
    assert (verdict.model, verdict.passed) == (None, False)


def test_rows_whose_data_is_absent_are_neither_pass_nor_miss(verdicts: dict[str, Verdict], shipped: Case) -> None:
    absent = verdicts["eu-welfare-add"]
    assert (absent.model, absent.passed) == (None, None)
    assert any("--data" in warning for warning in judge_case(shipped).warnings)


def test_rows_on_reading_are_listed_only_when_asked_for(shipped: Case, tmp_path: Path) -> None:
    assert [row.id for row in judge_case(shipped).rows if row.id.startswith("reading-")] == []
    asked = judge_case(shipped, data=tmp_path, reading=True)
    reading = [judge_row(row, asked.bench) for row in asked.rows if row.id.startswith("reading-")]
    assert len(reading) == 8
    assert {verdict.passed for verdict in reading} == {None}


def test_a_folder_of_data_that_does_not_exist_is_a_fault(shipped: Case, tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="no folder"):
        judge_case(shipped, data=tmp_path / "nowhere")


def test_a_case_without_published_figures_says_so(shipped: Case, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(shipped.folder, folder, ignore=shutil.ignore_patterns("expected"))
    judged = judge_case(read_case(folder))
    assert list(judged) == []
    assert "no published figures" in judged.warnings[0]


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"method": "route-lenght:karachi>torkham:road"}, "method", "Did you mean route-length"),
        ({"method": "route-length:karachi>torkham"}, "method", "write route-length:FROM>TO:MODES"),
        ({"method": "route-length:karachi:road"}, "method", "not FROM>TO"),
        ({"method": "route-length:karachi>tokrham:road"}, "method", "Did you mean torkham"),
        ({"method": "route-length:karachi>torkham:raod"}, "method", "Did you mean road"),
        ({"method": "route-length:karachi>almaty:road:by torkham"}, "method", "not via PLACE"),
        ({"method": "route-length:karachi>almaty:any:with halve-torkham"}, "method", "mean halve-time-torkham"),
        ({"method": "route-length:karachi>almaty:any:under tir-carnets"}, "method", "Did you mean tir-carnet"),
        ({"method": "route-time:islamabad>ankara:rail:as train"}, "method", "or as whole-train"),
        ({"method": "route-time:peshawar>kabul:road:off ship"}, "method", "Peshawar is no port"),
        ({"method": "time-at:peshawar>jalalabad:road:torkham-road-pak-afg-exit"}, "method", "mean torkham-road-"),
        ({"method": "claim:stop:torkham-road-pak-afg-out:time_h:1999"}, "method", "No claim gives time_h"),
        ({"method": "claim:stop:torkham-road-pak-afg-out:tiem_h:2022"}, "method", "Did you mean time_h"),
        ({"method": "route-time:karachi>torkham:road"}, "method", "does not convert to km"),
        ({"method": "great-circle:karachi>torkham + route-time:karachi>torkham:road"}, "method", "cannot be joined"),
        ({"method": "state:khunjerab:ajar 2023-01-15"}, "method", "not open DATE"),
        ({"method": "pair-windows:40:4:150:400:hits"}, "method", "do not fit"),
        ({"method": "reading:luck"}, "method", "Unknown score"),
        ({"source": "nobody-said-so"}, "source", "not in the case"),
        ({"commodity": "textile-apparel"}, "commodity", "Did you mean textiles-apparel"),
        ({"source": ""}, "source", "source is empty"),
        ({"published": "many"}, "published", "not a number"),
        ({"tolerance": "-1"}, "tolerance", "impossible"),
        ({"group": "proof"}, "group", "not one of"),
        ({"id": "p2"}, "id", "stands twice"),
    ],
)  # fmt: skip
def test_a_faulty_row_is_named_with_file_row_and_column(
    changed: Change, cells: dict[str, str], column: str, message: str
) -> None:
    case = changed("p1", **cells)
    with pytest.raises(FaultyInput, match=message) as caught:
        read_expectations(case)
    row = 3 if column == "id" else 2
    assert [(fault.where.file, fault.where.row, fault.where.column) for fault in caught.value.faults] == [
        ("expected/validation.csv", row, column)
    ]


def test_all_faults_of_the_file_come_at_once(shipped: Case, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(shipped.folder, folder)
    path = folder / "expected" / "validation.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("route-length:", "route-lenght:"), encoding="utf-8")
    with pytest.raises(FaultyInput) as caught:
        read_expectations(read_case(folder))
    assert len(caught.value.faults) == text.count(",route-length:")


def test_a_relative_tolerance_is_told_in_the_rows_unit(shipped: Case, verdicts: dict[str, Verdict]) -> None:
    assert row_of(shipped, "p1").allowed == pytest.approx(42.75)
    assert row_of(shipped, "p24").allowed is None
    assert verdicts["p24"].passed is True


@pytest.mark.parametrize(
    ("kind", "accepted", "refused"),
    [("absolute", 1467.0, 1467.1), ("at_least", 1383.0, 1382.9), ("at_most", 1467.0, 1467.1)],
)
def test_a_figure_at_the_tolerance_passes_and_one_beyond_it_misses(
    changed: Change, kind: str, accepted: float, refused: float
) -> None:
    row = row_of(changed("p1", tolerance="42", tolerance_kind=kind), "p1")
    assert row.accepts(accepted)
    assert not row.accepts(refused)


def test_records_have_the_keys_of_the_contract_and_are_strict_json(verdicts: dict[str, Verdict]) -> None:
    records = [as_record(verdict) for verdict in verdicts.values()]
    assert {tuple(record) for record in records} == {tuple(KEYS)}
    json.dumps(records, allow_nan=False)


def test_the_same_case_gives_the_same_bytes(shipped: Case, verdicts: dict[str, Verdict]) -> None:
    first = json.dumps([as_record(verdict) for verdict in verdicts.values()])
    assert json.dumps([as_record(verdict) for verdict in judge_case(shipped)]) == first


def test_the_table_names_misses_in_words_with_their_reason(verdicts: dict[str, Verdict]) -> None:
    table = tabulate_group(list(verdicts.values()), "validation")
    assert table is not None
    console = Console(width=160, no_color=True)
    with console.capture() as captured:
        console.print(table)
    shown = captured.get()
    missed = [name for name, verdict in verdicts.items() if verdict.passed is False]
    own = [name for name in missed if verdicts[name].row.group == "validation"]
    assert shown.count("MISS") == len(own) > 0
    assert f"{own[0]}: {verdicts[own[0]].row.note[:30]}" in shown
    assert summarise_counts(list(verdicts.values())).endswith(f"Missed: {', '.join(missed)}.")


def test_the_summary_counts_lengths_times_and_costs_apart(verdicts: dict[str, Verdict]) -> None:
    some = [verdicts[name] for name in ("p2", "f03", "t02", "h24")]
    told = {name: (verdicts[name].row.unit, verdicts[name].passed) for name in ("p2", "f03", "t02", "h24")}
    assert told == {"p2": ("km", True), "f03": ("km", False), "t02": ("days", False), "h24": ("USD/20t", True)}
    assert "lengths 1 of 2, times 0 of 1, costs 1 of 1" in summarise_counts(some)


def test_bands_of_the_back_test_cover_what_they_should(verdicts: dict[str, Verdict]) -> None:
    for known in ("bt", "bt-own", "bt-way"):
        for years in (1, 2, 5):
            assert 0.7 <= verdicts[f"{known}-80-{years}"].model <= 0.9  # type: ignore[operator]
            assert verdicts[f"{known}-skill-{years}"].passed


def test_misses_of_the_back_test_say_what_they_mean(verdicts: dict[str, Verdict]) -> None:
    judged = [verdict for verdict in verdicts.values() if verdict.row.group == "backtest"]
    missed = {verdict.row.id for verdict in judged if verdict.passed is False}
    assert missed == {"bt-drift-5", "bt-crisis", "bt-growth-expected-5", "pair-50-1", "targets-brier", "uzbek-closure"}
    assert all(verdict.row.note for verdict in judged if verdict.passed is False)


def test_an_embargo_ends_named_trade_on_its_day_and_others_make_up_for_it() -> None:
    # a half of 200 comes from XBB and XCC; 155 of the 365 days of 2017 pass before 5 June
    exports = np.zeros((4, 4, 3), dtype=np.float32)
    exports[1, 0], exports[2, 0], exports[3, 0] = [60, 0, 0], [40, 0, 0], [100, 0, 0]
    pairs = PairHistory(("XAA", "XBB", "XCC", "XDD"), (2016, 2017, 2018), exports, "s")

    def ratio(year: int, side: str, *, months: float = 0.0) -> float:
        return embargo_ratio(
            pairs,
            importer="XAA",
            exporters=("XBB", "XCC"),
            since=date(2017, 6, 5),
            year=year,
            side=side,
            switch_months=months,
        )

    assert [ratio(year, "named") for year in (2016, 2017, 2018)] == pytest.approx([1, 155 / 365, 0])
    assert [ratio(year, "others") for year in (2016, 2017, 2018)] == pytest.approx([1, 2 - 155 / 365, 2])
    # with a year to find them: of 2018, from 210 to 575 days on, a share 1 - exp(-t / 365.25) is made up for
    late = 1 - 365.25 / 365 * (math.exp(-210 / 365.25) - math.exp(-575 / 365.25))
    assert ratio(2018, "others", months=12) == pytest.approx(1 + late, rel=1e-5)


def test_shut_days_bring_nothing_or_what_the_way_left_brings(shipped: Case) -> None:
    # all five crossings were shut from 11 October 2025: 21 of the 31 days of that month
    bench, crossings = set_up_bench(shipped, None), "torkham|chaman|kharlachi|ghulam-khan|angoor-adda"
    cargo = read_cargo(shipped.network.commodities[0], shipped.claims)

    def ratio(rule: str) -> float:
        text = f"closure:karachi>kabul:road:{crossings}:2025-10-01:2025-10-31:{rule}"
        found = compute_figure(read_method(text, Context(shipped, shipped.as_of, cargo)), bench)
        assert found is not None
        return found

    assert ratio("days") == pytest.approx(10 / 31)
    # in three weeks next to nothing finds another way: at most 1 - exp(-10.5 / 228), the half-way day of 7.5 months
    assert 0 < ratio("routes") - ratio("days") < 21 / 31 * 0.046


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("backtest:size:3:within80", "looks 1, 2, 5 years ahead"),
        ("backtest:size:1:within81", "within80"),
        ("backtest:sizes:1:within80", "size"),
        ("target-record:skil", "skill"),
        ("embargo:QAT:SAU:2017-06-05:2018:name", "named"),
        ("embargo:QAT:SAX:2017-06-05:2018:named", "SAU"),
        ("embargo:QAT:SAU:1999-06-05:2018:named", "no year before"),
        ("closure:karachi>kabul:road:torkhan:2025-10-01:2025-10-31:days", "torkham"),
        ("closure:karachi>kabul:road:torkham:2025-10-31:2025-10-01:days", "is before"),
    ],
)
def test_a_back_test_that_cannot_be_read_is_a_fault(changed: Change, method: str, fault: str) -> None:
    with pytest.raises(FaultyInput) as caught:
        read_expectations(changed("bt-80-1", method=method))
    assert fault in str(caught.value)


def test_a_group_without_rows_has_no_table() -> None:
    assert tabulate_group([], "validation") is None


def test_published_results_beside_the_project_pass(shipped: Case, shared: Path) -> None:
    judged = {verdict.row.id: verdict for verdict in judge_case(shipped, data=shared, reading=True)}
    gaps = [verdict for name, verdict in judged.items() if name.startswith("eu-")]
    assert len(gaps) == 4
    assert all(verdict.passed and verdict.model is not None and 0 < verdict.model < 1e-6 for verdict in gaps)
    assert [name for name, verdict in judged.items() if verdict.passed is None] == []
    assert [name for name in judged if name.startswith("reading-") and not judged[name].passed] == []


def test_published_results_for_other_economies_are_a_fault(shipped: Case, shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "eu_enlargement"
    shutil.copytree(shared / "validation" / "eu_enlargement", folder, ignore=shutil.ignore_patterns("panel*"))
    path = folder / "published_welfare.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("AUT,", "OST,"), encoding="utf-8")
    with pytest.raises(FaultyInput, match="do not name the same economies: AUT, OST"):
        list(judge_case(shipped, data=tmp_path))


def test_marked_documents_that_are_given_are_scored_too(shipped: Case, tmp_path: Path) -> None:
    folder = tmp_path / "marked"
    folder.mkdir()
    text = "Fiji and Norway met in Suva. The two sides agreed to resume direct flights. Norway offered a loan."
    (folder / "a.txt").write_text(text, encoding="utf-8")
    marked = {
        "quote": "The two sides agreed to resume direct flights.",
        "parties": ["FJI", "NOR"],
        "kind": "energy",
        "status": "agreed",
    }
    (folder / "a.gold.jsonl").write_text(json.dumps(marked) + "\n", encoding="utf-8")
    bench = set_up_bench(shipped, tmp_path)
    assert (marked_share(bench, "data", "recall"), marked_share(bench, "data", "precision")) == (1.0, 0.5)
    assert (marked_share(bench, "data", "kind"), marked_share(bench, "data", "spans")) == (0.0, 1.0)
    record = reading_record(bench)
    assert list(record) == ["development", "earlier", "held_out", "data"]
    assert record["data"]["confusion"] == [{"field": "kind", "marked": "energy", "read": "air_link", "count": 1}]  # type: ignore[index]


def test_a_set_that_is_not_there_has_no_score(shipped: Case) -> None:
    assert marked_share(set_up_bench(shipped, None), "data", "f1") is None
