"""Plain values: strict, complete, in order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import cast

import numpy as np
import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.exceptions import RahdariError
from rahdari.report.brief import brief_lines
from rahdari.report.plain import appraisal_answer, to_plain
from rahdari.report.verdict import say_verdict
from rahdari.report.words import Words


@dataclass(frozen=True, slots=True)
class Sample:
    day: date
    values: tuple[object, ...]
    by_name: Mapping[str, float]


def test_frozen_values_become_plain_ones() -> None:
    sample = Sample(
        date(2026, 3, 15), (np.float64(1.5), np.int64(2), True, None, "x"), MappingProxyType({"b": 1, "a": 2})
    )
    plain = to_plain(sample)
    assert plain == {"day": "2026-03-15", "values": [1.5, 2, True, None, "x"], "by_name": {"b": 1, "a": 2}}
    assert (
        json.dumps(plain) == '{"day": "2026-03-15", "values": [1.5, 2, true, null, "x"], "by_name": {"b": 1, "a": 2}}'
    )


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), np.float64("-inf"), np.array([1.0, np.nan])])
def test_a_number_that_json_does_not_know_raises_and_says_where(bad: object) -> None:
    with pytest.raises(RahdariError, match=r"books\.x"):
        to_plain({"books": {"x": bad}})


@pytest.mark.parametrize("bad", [Path("/x"), {1, 2}, object()])
def test_anything_unknown_raises(bad: object) -> None:
    with pytest.raises(RahdariError):
        to_plain([bad])


def test_the_answer_has_every_key_of_the_contract(islands: Case, answer: Appraisal) -> None:
    held = appraisal_answer(islands, answer)
    assert set(held) >= {
        "as_of", "target", "deadlines", "books", "measures", "total_effect_musd", "required", "portfolio", "routes",
        "indicators", "not_modelled", "seed", "draws", "case_sha256", "warnings",
    }  # fmt: skip
    books = cast(dict[str, dict[str, object]], held["books"])
    measures = cast(list[dict[str, object]], held["measures"])
    required = cast(dict[str, dict[str, list[dict[str, float]]]], held["required"])
    for book in books.values():
        assert set(book) >= {
            "flow", "basis", "valuation", "partner_rule", "fiscal_year", "baseline", "path", "without", "probability",
            "outside_view", "pooled", "year_p50", "p_never",
        }  # fmt: skip
        assert set(cast(dict[str, object], book["baseline"])) >= {"value_musd", "start", "end", "sources"}
        assert set(cast(list[dict[str, object]], book["without"])[0]) >= {"start", "end", "p10", "p50", "p90"}
    for measure in measures:
        assert set(measure) >= {
            "id", "title", "commitments", "start", "shapley_musd", "shapley_se", "first_in_musd", "last_in_musd",
            "probability_gain", "transit_tonnes", "cost_musd", "not_modelled",
        }  # fmt: skip
    assert all(set(one["cost_factor"][0]) == {"elasticity", "factor"} for one in required.values())
    assert set(cast(dict[str, object], held["target"])) == {"value_musd", "flow", "book", "sources"}
    assert json.loads(json.dumps(held, allow_nan=False)) == held


def test_numbers_have_the_digits_that_matter(say: Words) -> None:
    assert [say.number(value) for value in (1263.4, 24.1, 8.21, 0.454, 0.0)] == ["1,263", "24", "8.2", "0.45", "0"]
    assert say.number(0.001) == "under\u202f0.01"
    assert say.number(-3.0) == "\u22123.0"
    assert say.percent(0.00061) == "0.06\u202f%"
    assert say.tonnes(1263321.2) == "1,260,000 t"
    assert say.tonnes(None) == "–"
    assert say.unit_value(1.0, "month") == "1 month"
    assert say.unit_value(0.6, "fraction") == "60\u202f%"


def test_the_brief_is_short_and_names_verdict_books_and_report(islands: Case, answer: Appraisal, say: Words) -> None:
    verdict = say_verdict(islands, answer, say=say)
    lines = brief_lines(islands, answer, say=say, report="out/report.html")
    text = " ".join(" ".join(lines).split())
    assert len(lines) <= 50
    assert all(len(line) <= 100 for line in lines)
    assert verdict.headline in text
    assert all(book.title in text for book in answer.books.values())
    told = (*verdict.reasons, *verdict.conditions, *verdict.next_steps)
    assert all(" ".join(sentence.split()) in text for sentence in told)  # a hard space is printed as a plain one
    assert lines[-1] == "Report: out/report.html"
