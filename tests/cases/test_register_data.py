"""The register, the measures and the texts of the shipped case, read as plain tables."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "src/rahdari/cases/pakistan_kazakhstan"
ARTICLE = ROOT.parent / "shared/seed/article.txt"
AS_OF = "2026-03-15"
CONTRACT_MEASURES = {
    "reopen-afghan-crossings",
    "halve-time-torkham",
    "halve-time-chaman",
    "trans-afghan-railway-east",
    "trans-afghan-railway-west",
    "karachi-port-access",
    "gwadar-port-access",
    "transit-agreement-in-force",
    "direct-flights",
    "eaeu-preference",
    "forum-contracts",
}
ARTICLE_COMMITMENTS = {
    "trade-target-1bn": ("trade_target", "agreed"),
    "instruments-signed": ("agreement_signed", "signed"),
    "business-forum": ("investment_forum", "achieved"),
    "karachi-gwadar-access": ("port_access", "offered"),
    "corridor-belarus-pakistan": ("transport_corridor", "agreed"),
    "direct-flights": ("air_link", "discussed"),
    "tapi": ("energy", "reviewed"),
    "defence-cooperation": ("defence", "agreed"),
    "defence-manufacturing-offer": ("defence", "offered"),
    "mining-projects": ("mining", "discussed"),
    "nishan-i-pakistan": ("diplomatic", "achieved"),
    "regional-peace": ("diplomatic", "supported"),
    "academic-exchange": ("education", "agreed"),
    "working-groups-start": ("other", "planned"),
    "progress-facilitation": ("trade_facilitation", "planned"),
}
LONGEST_SHARED_RUN = 8  # words; a longer run would be copied text
OWN_TABLES = (
    "commitments",
    "deadlines",
    "documents",
    "events",
    "indicators",
    "instruments",
    "measure_edits",
    "measures",
    "milestones",
    "working_groups",
    "claims",
)
TO_COMMITMENTS = ("instruments", "working_groups", "events", "indicators", "measures")


def read_rows(name: str) -> list[dict[str, str]]:
    with (CASE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_ids(name: str) -> set[str]:
    return {row["id"] for row in read_rows(name)}


def split_names(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def known_sources() -> list[str]:
    files = ("sources.csv", "network/sources.csv", "network/stop_sources.csv", "economy/sources.csv")
    return [row["id"] for file in files if (CASE / file).is_file() for row in read_rows(file)]


def measure_claim(measure: str, attribute: str) -> list[float]:
    entity = f"measure:{measure}"
    return [
        float(row["value"])
        for row in read_rows("claims.csv")
        if (row["entity"], row["attribute"]) == (entity, attribute)
    ]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9$]+", text.lower().replace("’", "'"))


def runs_of(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def test_every_measure_of_the_contract_is_in_the_case_and_at_least_two_more() -> None:
    ids = read_ids("measures.csv")
    assert ids >= CONTRACT_MEASURES
    assert len(ids) >= 13


@pytest.mark.parametrize("name", sorted(ARTICLE_COMMITMENTS))
def test_a_commitment_of_the_article_has_the_kind_and_the_status_that_were_said(name: str) -> None:
    rows = {row["id"]: row for row in read_rows("commitments.csv")}
    assert (rows[name]["kind"], rows[name]["status"]) == ARTICLE_COMMITMENTS[name]


def test_each_commitment_is_tied_to_a_measure_or_says_why_it_is_not() -> None:
    tied = {name for row in read_rows("measures.csv") for name in split_names(row["commitments"])}
    silent = [
        row["id"] for row in read_rows("commitments.csv") if row["id"] not in tied and not row["why_not_modelled"]
    ]
    assert silent == []


@pytest.mark.parametrize("table", TO_COMMITMENTS)
def test_a_table_names_only_commitments_that_exist(table: str) -> None:
    ids = read_ids("commitments.csv")
    named = {name for row in read_rows(f"{table}.csv") for name in split_names(row["commitments"])}
    assert named - ids == set()


def test_milestones_belong_to_commitments_that_exist() -> None:
    assert {row["commitment"] for row in read_rows("milestones.csv")} <= read_ids("commitments.csv")


def test_the_sources_that_the_case_file_needs_are_listed() -> None:
    assert {"rahdari-method", "newsdrum-2026-02-04", "app-2026-02-04-ports"} <= set(known_sources())


def test_no_source_stands_twice() -> None:
    known = known_sources()
    assert sorted({name for name in known if known.count(name) > 1}) == []


@pytest.mark.parametrize("table", OWN_TABLES)
def test_a_table_names_only_sources_that_are_listed(table: str) -> None:
    known = set(known_sources())
    named = {
        name for row in read_rows(f"{table}.csv") for name in split_names(row.get("source") or row.get("sources", ""))
    }
    assert named - known == set()


@pytest.mark.parametrize("table", OWN_TABLES)
def test_a_computed_or_assumed_figure_says_how(table: str) -> None:
    silent = [row for row in read_rows(f"{table}.csv") if row.get("strength") == "D" and not row["note"]]
    assert silent == []


def test_nothing_is_dated_after_the_day_of_the_case() -> None:
    late = [row["id"] for table in ("events", "documents", "sources") for row in read_rows(f"{table}.csv")
            if row["date"] > AS_OF]  # fmt: skip
    late += [row["id"] for row in read_rows("instruments.csv") if row["signed_on"] > AS_OF]
    assert late == []


@pytest.mark.parametrize("table", ["commitments", "instruments", "documents"])
def test_no_row_copies_a_run_of_words_from_the_article(table: str) -> None:
    if not ARTICLE.is_file():
        pytest.skip("the article's text is not part of the project and is not at hand")
    length = LONGEST_SHARED_RUN + 1
    copied = set(runs_of(words_of(ARTICLE.read_text(encoding="utf-8")), length))
    texts = [" ".join(row.values()) for row in read_rows(f"{table}.csv")]
    if table == "documents":
        texts = [file.read_text(encoding="utf-8") for file in sorted((CASE / "documents").glob("*.txt"))]
    assert [run for text in texts for run in runs_of(words_of(text), length) if run in copied] == []


def test_documents_that_are_kept_exist_and_all_that_exist_are_listed() -> None:
    listed = {row["file"] for row in read_rows("documents.csv") if row["file"]}
    assert listed == {file.name for file in (CASE / "documents").iterdir()}


def test_measures_need_only_measures_that_exist_and_never_in_a_circle() -> None:
    needs = {row["id"]: split_names(row["needs"]) for row in read_rows("measures.csv")}
    assert {name for names in needs.values() for name in names} <= set(needs)
    settled: set[str] = set()
    for _ in needs:
        settled |= {name for name, wanted in needs.items() if set(wanted) <= settled}
    assert set(needs) - settled == set()


def test_what_passes_the_afghan_crossings_needs_them_open() -> None:
    needs = {row["id"]: split_names(row["needs"]) for row in read_rows("measures.csv")}
    gated = ("halve-time-torkham", "halve-time-chaman", "trans-afghan-railway-east", "trans-afghan-railway-west")
    assert all("reopen-afghan-crossings" in needs[name] for name in gated)


def test_each_measure_has_one_probability_between_zero_and_one_a_delay_and_a_ramp() -> None:
    for name in read_ids("measures.csv"):
        (probability,) = measure_claim(name, "probability")
        assert 0.0 < probability <= 1.0, name
        assert len(measure_claim(name, "delay_months")) == 1, name
        assert len(measure_claim(name, "ramp_months")) == 1, name


def test_each_measure_changes_something_and_says_what_is_left_out() -> None:
    edited = {row["measure"] for row in read_rows("measure_edits.csv")}
    assert edited == read_ids("measures.csv")
    assert [row["id"] for row in read_rows("measures.csv") if not row["not_modelled"]] == []


def test_no_measure_starts_before_the_day_of_the_case() -> None:
    assert min(row["start"] for row in read_rows("measures.csv")) > AS_OF


def test_railways_do_not_start_before_the_completion_that_a_source_gives() -> None:
    start = {row["id"]: row["start"] for row in read_rows("measures.csv")}
    assert start["torghundi-herat-first-stage"] >= "2028-01-01"
    assert start["trans-afghan-railway-west"] > start["torghundi-herat-first-stage"]
    assert start["trans-afghan-railway-east"] >= "2031-02-01"


def test_rival_costs_of_the_eastern_railway_are_all_kept() -> None:
    assert {4.6, 7.0, 8.2} <= set(measure_claim("trans-afghan-railway-east", "cost_musd"))


def test_the_contracts_of_the_forum_sum_to_200_million_of_which_108_are_buses() -> None:
    rows = [row for row in read_rows("measure_edits.csv") if row["measure"] == "forum-contracts"]
    assert sum(float(row["value"]) for row in rows) == pytest.approx(200.0)
    assert [row["entity"] for row in rows if float(row["value"]) == 108.0] == ["flow:KAZ-PAK"]
    assert all(row["start"] < row["end"] for row in rows)


def test_a_measure_makes_each_change_once() -> None:
    keys = [(row["measure"], row["entity"], row["attribute"], row["start"]) for row in read_rows("measure_edits.csv")]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("kind", "file"), [("stop", "stops"), ("link", "links")])
def test_measures_change_only_parts_of_the_network_that_exist(kind: str, file: str) -> None:
    table = f"network/{file}.csv"
    if not (CASE / table).is_file():
        pytest.skip(f"{table} is not written yet")
    known = {row.get("numbers") or row["id"] for row in read_rows(table)}
    named = {row["entity"].partition(":")[2] for row in read_rows("measure_edits.csv")
             if row["entity"].startswith(f"{kind}:")}  # fmt: skip
    assert named - known == set()


def test_deadlines_are_the_three_readings_with_their_latest_days() -> None:
    assert {row["id"]: row["latest"] for row in read_rows("deadlines.csv")} == {
        "one-year": "2027-02-04",
        "next-year": "2027-12-31",
        "two-years": "2028-02-04",
    }
    for row in read_rows("deadlines.csv"):
        assert date.fromisoformat(row["latest"]) > date.fromisoformat(AS_OF)


def test_at_least_nineteen_instruments_of_the_visit_are_named_and_the_rest_is_counted() -> None:
    claims = {row["entity"]: float(row["value"]) for row in read_rows("claims.csv")}
    assert claims["register:named-instruments"] >= 19
    assert claims["register:named-instruments"] + claims["register:unnamed-instruments"] == 37
