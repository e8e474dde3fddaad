"""Reconciliation: verdicts, the rule that picks, and promises followed across documents."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from rahdari.case import find_case, read_case
from rahdari.documents import document_from_text
from rahdari.register.extraction import extract_commitments
from rahdari.register.reconciliation import (
    Fact,
    Reading,
    Statement,
    Verdict,
    judge,
    reconcile_readings,
    reconcile_statements,
)

SHARED = Path(__file__).parents[3] / "shared"
EXPECTED = {
    "n_commercial_contracts": "agree",
    "target_baseline": "agree",
    "growth_last_year": "compatible",
    "n_instruments": "conflict",
    "target_deadline": "conflict",
    "corridor": "conflict",
    "ports_status": "conflict",
    "air_status": "conflict",
    "tta_status": "conflict",
}


def claims(*normalised: str, strengths: str = "") -> list[Statement]:
    padded = strengths.ljust(len(normalised), "B")
    return [Statement("x", f"s{n}", words, words, padded[n]) for n, words in enumerate(normalised)]


def in_use(*normalised: str, strengths: str = "", published: dict[str, str] | None = None) -> str | None:
    return reconcile_statements(claims(*normalised, strengths=strengths), published=published)[0].in_use


@pytest.mark.parametrize(
    ("normalised", "verdict"),
    [
        (("37", "37.0"), "agree"),
        (("37", "none"), "agree"),
        (("none", "none"), "agree"),
        (("37", "36"), "conflict"),
        ((">=30", "37"), "compatible"),
        ((">=40", "37"), "conflict"),
        (("<2.0", "2"), "compatible"),
        (("~250", "255"), "compatible"),
        (("~250", "300"), "conflict"),
        (("2027-02", "2027"), "compatible"),
        (("2027-02", "2028-02"), "conflict"),
        (("2027-02-04", "2027-02"), "compatible"),
        (("2027-13", "2027"), "conflict"),
        (("offered", "signed"), "conflict"),
        (("Via  Herat", "via herat"), "agree"),
    ],
)
def test_claims_agree_or_are_compatible_or_conflict(normalised: tuple[str, ...], verdict: str) -> None:
    assert judge(claims(*normalised)).value == verdict


def test_the_strongest_source_is_in_use() -> None:
    assert in_use("36", "37", "36", strengths="BAB") == "37"


def test_among_equals_the_exact_then_the_most_told_then_the_latest_is_in_use() -> None:
    assert in_use(">=24", "37") == "37"
    assert in_use("36", "37", "37") == "37"
    assert in_use("36", "37", published={"s0": "2026-02-01", "s1": "2026-02-04"}) == "37"


def test_of_rival_statuses_the_more_cautious_is_in_use() -> None:
    assert in_use("signed", "offered") == "offered"


def test_silence_is_never_in_use() -> None:
    assert (in_use("none", "5"), in_use("none")) == ("5", None)


def test_the_shipped_case_has_the_verdicts_that_its_sources_give() -> None:
    case = read_case(find_case("pakistan_kazakhstan"))
    facts = reconcile_statements(case.statements)
    assert {fact.fact: fact.verdict.value for fact in facts} == EXPECTED
    assert all(claim.source in case.sources for fact in facts for claim in fact.claims)


def test_the_case_carries_every_claim_of_the_visit() -> None:
    path = SHARED / "facts" / "visit_claims.csv"
    if not path.exists():
        pytest.skip("the claims of the visit are not part of the product, and not beside it here")
    with path.open(encoding="utf-8", newline="") as file:
        expected = sorted((row["fact"], row["reported"], row["normalised"]) for row in csv.DictReader(file))
    held = read_case(find_case("pakistan_kazakhstan")).statements
    assert sorted((s.fact, s.reported, s.normalised) for s in held) == expected


def read(source: str, text: str, day: dt.date) -> Reading:
    opening = (
        "Talks were held between Fiji and Norway in the capital of Fiji, Suva, and that was the first occasion.\n\n"
    )
    found = extract_commitments(document_from_text(opening + text, date=day))
    return Reading(source, "B", day, "en", found)


def facts_of(first: str, second: str) -> dict[str, Fact]:
    readings = (read("a", first, dt.date(2026, 2, 4)), read("b", second, dt.date(2027, 3, 1)))
    return {fact.fact: fact for fact in reconcile_readings(readings)}


def test_one_promise_in_two_documents_is_laid_side_by_side() -> None:
    facts = facts_of(
        "Norway offered Fiji full access to the port of Mombasa.",
        "The two sides discussed access to the port of Mombasa.",
    )
    assert facts["port_access-1.status"].verdict is Verdict.CONFLICT
    assert facts["port_access-1.places"].verdict is Verdict.AGREE


def test_a_target_announced_again_with_a_new_clock_is_marked() -> None:
    facts = facts_of(
        "Both countries agreed to raise trade to $200 million by 2028.",
        "Both countries agreed to raise trade to $200 million by 2032.",
    )
    assert facts["trade_target-1.value"].verdict is Verdict.AGREE
    assert facts["trade_target-1.deadline"].verdict is Verdict.CONFLICT
    assert "new clock" in facts["trade_target-1.deadline"].note


def test_contracts_of_companies_are_kept_apart_from_instruments_of_governments() -> None:
    facts = facts_of(
        "The two sides signed 37 memorandums of understanding.", "Companies signed over 30 commercial contracts."
    )
    assert facts == {}
    facts = facts_of("The two sides signed 37 memorandums of understanding.", "The two sides signed 36 agreements.")
    assert facts["agreement_signed-1.value"].verdict is Verdict.CONFLICT
