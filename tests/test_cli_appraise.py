"""The commands demo, appraise and validate: the contract's keys, exit codes and bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rahdari.cli import main

KEYS = (
    "as_of", "target", "deadlines", "books", "measures", "total_effect_musd", "required", "portfolio", "routes",
    "indicators", "not_modelled", "seed", "draws", "case_sha256", "warnings",
)  # fmt: skip
BOOK_KEYS = (
    "flow", "basis", "valuation", "partner_rule", "fiscal_year", "baseline", "path", "without", "probability",
    "outside_view", "pooled", "year_p50", "p_never",
)  # fmt: skip
MEASURE_KEYS = (
    "id", "title", "commitments", "start", "shapley_musd", "shapley_se", "first_in_musd", "last_in_musd",
    "probability_gain", "transit_tonnes", "cost_musd", "not_modelled",
)  # fmt: skip


def answer(capfd: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main([*words, "--json"]) == 0
    held: dict[str, object] = json.loads(capfd.readouterr().out)
    return held


def test_appraise_gives_every_key_of_the_contract(capfd: pytest.CaptureFixture[str]) -> None:
    held = answer(capfd, "appraise", "two_islands", "--draws", "50")
    assert set(KEYS) <= held.keys()
    books, measures = held["books"], held["measures"]
    assert isinstance(books, dict)
    assert isinstance(measures, list)
    for book in books.values():
        assert set(BOOK_KEYS) <= book.keys()
        assert set(book["baseline"]) >= {"value_musd", "start", "end", "sources"}
        assert all(set(year) >= {"start", "end", "p10", "p50", "p90"} for year in (*book["path"], *book["without"]))
    assert all(set(MEASURE_KEYS) <= measure.keys() for measure in measures)


def test_the_same_seed_gives_the_same_bytes_and_a_replay_too(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["appraise", "two_islands", "--draws", "60", "--seed", "7", "--json"]
    assert main(words) == 0
    first = capfd.readouterr().out
    assert main(words) == 0
    assert capfd.readouterr().out == first
    (tmp_path / "answer.json").write_text(first, encoding="utf-8")
    assert main(["appraise", "two_islands", "--replay", str(tmp_path / "answer.json"), "--json"]) == 0
    assert capfd.readouterr().out == first


def test_a_replay_of_another_case_or_of_no_answer_is_refused(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    held = answer(capfd, "appraise", "two_islands", "--draws", "20")
    held["case_sha256"] = "0" * 64
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(held), encoding="utf-8")
    assert main(["appraise", "two_islands", "--replay", str(path)]) == 2
    assert "another state of the case" in capfd.readouterr().err
    path.write_text("[]", encoding="utf-8")
    assert main(["appraise", "two_islands", "--replay", str(path)]) == 2
    assert "Not an answer" in capfd.readouterr().err


def test_a_replay_says_where_another_answer_comes_out(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    held = answer(capfd, "appraise", "two_islands", "--draws", "20")
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(held | {"total_effect_musd": {"north-customs": 1e9}}), encoding="utf-8")
    assert main(["appraise", "two_islands", "--replay", str(path), "--json"]) == 1
    shown = capfd.readouterr()
    assert json.loads(shown.out) == held
    assert "total_effect_musd differ (the versions are the same, so the file was changed)" in shown.err
    versions = held["versions"]
    assert isinstance(versions, dict)
    path.write_text(json.dumps(held | {"warnings": ["x"], "versions": versions | {"numpy": "1.0"}}), encoding="utf-8")
    assert main(["appraise", "two_islands", "--replay", str(path), "--json"]) == 1
    assert f"warnings differ (versions: numpy 1.0 then, {versions['numpy']} now)" in capfd.readouterr().err


@pytest.mark.parametrize("precision", [-1.0, 0.0, float("nan"), 7.0])
def test_a_replay_with_an_impossible_precision_is_refused(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, precision: float
) -> None:
    path = tmp_path / "answer.json"
    told = {"case_sha256": "0", "books": {}, "measures": [], "draws": 9, "seed": 1, "precision": precision}
    path.write_text(json.dumps(told), encoding="utf-8")
    assert main(["appraise", "two_islands", "--replay", str(path)]) == 2
    assert "Not an answer" in capfd.readouterr().err


def test_without_measures_path_and_without_are_equal_to_the_digit(capfd: pytest.CaptureFixture[str]) -> None:
    held = answer(capfd, "appraise", "two_islands", "--measures", "none", "--draws", "50")
    assert held["measures"] == []
    books = held["books"]
    assert isinstance(books, dict)
    assert all(book["path"] == book["without"] for book in books.values())


def test_a_mistyped_measure_names_the_nearest_and_writes_no_report(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    assert main(["appraise", "two_islands", "--measures", "reopen-bridge", "--html", str(report), "--json"]) == 2
    error = json.loads(capfd.readouterr().out)["error"]
    assert error["kind"] == "unknown-measure"
    assert any("bridge" in name for name in error["suggestions"])
    assert not report.exists()


def test_appraise_prints_a_brief_and_writes_the_report_whole(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    report = tmp_path / "made" / "report.html"
    assert main(["appraise", "two_islands", "--draws", "50", "--html", str(report)]) == 0
    out = capfd.readouterr().out
    assert "chance" in out
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in report.parent.iterdir()] == ["report.html"]


def test_appraise_writes_every_form_of_the_report_in_the_language_asked_for(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    forms = {"--html": b"<!doctype html>", "--pdf": b"%PDF-", "--xlsx": b"PK", "--csv": b"PK"}
    words = [word for form in forms for word in (form, str(tmp_path / form))]
    assert main(["appraise", "two_islands", "--draws", "20", "--language", "ru", *words]) == 0
    assert "Что мешает" in capfd.readouterr().out
    assert all((tmp_path / form).read_bytes().startswith(start) for form, start in forms.items())
    assert '<html lang="ru" dir="ltr">' in (tmp_path / "--html").read_text(encoding="utf-8")


def test_a_language_that_is_not_there_is_told_before_the_work(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["appraise", "two_islands", "--language", "rus", "--json"]) == 2
    assert json.loads(capfd.readouterr().out)["error"]["suggestions"] == ["ru"]


def test_demo_writes_the_report_of_the_shipped_case(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    held = answer(capfd, "demo", "--out", str(tmp_path), "--draws", "60")
    assert held["report"] == "report.html"
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Pakistan" in page
    books = held["books"]
    assert isinstance(books, dict)
    assert {"pak-sbp", "kaz-customs"} <= books.keys()
    for name, total in held["total_effect_musd"].items():  # type: ignore[attr-defined]
        measures = held["measures"]
        assert isinstance(measures, list)
        assert sum(one["shapley_musd"][name] for one in measures) == pytest.approx(total, abs=1e-9)


def test_validate_prints_rows_and_says_a_miss_in_its_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["validate", "--json"])
    rows = json.loads(capfd.readouterr().out)["rows"]
    assert all(
        set(row) >= {"id", "group", "what", "published", "model", "unit", "tolerance", "pass", "source"} for row in rows
    )
    assert code == (1 if any(row["pass"] is False for row in rows) else 0)


@pytest.mark.parametrize("command", ["appraise", "corridors"])
def test_measures_that_name_nothing_are_a_fault_and_not_none(capfd: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command, "--measures", " , ", "--json"]) == 2
    assert "--measures names none" in json.loads(capfd.readouterr().out)["error"]["message"]
