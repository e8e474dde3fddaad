"""The command `reconcile`: keys of the contract, and documents beside the case's statements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rahdari.cli import main


def test_the_facts_have_the_keys_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert {fact["verdict"] for fact in facts} == {"agree", "compatible", "conflict"}
    assert {"fact", "verdict", "in_use", "claims"} <= facts[0].keys()
    assert {"source", "reported", "normalised"} <= facts[0]["claims"][0].keys()


def test_documents_are_laid_beside_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opening = "Talks were held between Fiji and Norway in Suva, and that was the first such occasion of all."
    for name, status in (("a", "offered to open"), ("b", "discussed")):
        words = f"{opening}\n\nFiji {status} a shipping line to Bergen.\n"
        (tmp_path / f"{name}.txt").write_text(words, encoding="utf-8")
    assert main(["reconcile", "two_islands", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    status = next(fact for fact in facts if fact["fact"].endswith(".status"))
    assert (status["verdict"], [claim["normalised"] for claim in status["claims"]]) == (
        "conflict",
        ["offered", "discussed"],
    )
    assert [claim["source"] for claim in status["claims"]] == ["a.txt", "b.txt"]


def test_a_case_without_statements_has_no_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "two_islands"]) == 0
    assert "No fact" in capsys.readouterr().out
