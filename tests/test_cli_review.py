"""The command `review`: asks from standard input, and tells its state as JSON."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rahdari.cli import main


def test_decisions_are_kept_between_two_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = str(tmp_path / "a.jsonl")
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nr\nq\n"))
    assert main(["review", "two_islands", "--journal", journal, "--by", "A"]) == 0
    capsys.readouterr()
    assert main(["review", "two_islands", "--journal", journal, "--json"]) == 0
    state = json.loads(capsys.readouterr().out)
    assert (state["counts"]["accepted"], state["counts"]["rejected"]) == (1, 1)
    assert {"key", "document", "state", "into", "commitment"} == state["proposals"][0].keys()


def test_a_process_that_is_killed_has_lost_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "a.jsonl"
    command = [sys.executable, "-c", "from rahdari.cli import main; main()", "review", "two_islands"]
    process = subprocess.Popen(
        [*command, "--journal", str(journal)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("a\n")
    process.stdin.flush()
    shown = ""
    while "2 of" not in shown:  # the second question stands only once the first answer is on disk
        shown += process.stdout.read(1)
    process.kill()
    process.communicate()
    assert json.loads(journal.read_text("utf-8"))["action"] == "accept"
