"""A language model's proposals: held to the text, read by our own rules, compared and never mixed in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rahdari.cli import main
from rahdari.documents import document_from_text
from rahdari.exceptions import InputFault, NoAnswer
from rahdari.register.extraction import extract_commitments
from rahdari.register.model import ModelOptions, as_model_record, ask_model, check_proposals, compare_readings

TARGET = "The two sides agreed to raise trade from $80 million to $200 million by 2030."
TEXT = f"Talks were held between Fiji and Norway in Suva.\n\n{TARGET} Norway may one day lend a ship to Fiji.\n"
DOCUMENT = document_from_text(TEXT)


@contextmanager
def fake_model(answer: object, *, status: int = 200) -> Iterator[tuple[ModelOptions, list[dict[str, object]]]]:
    """A server on this machine that gives one answer, and what was asked of it."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append({"path": self.path, "key": self.headers["Authorization"], **json.loads(body)})
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            words = answer if isinstance(answer, str) else json.dumps(answer)
            self.wfile.write(json.dumps({"choices": [{"message": {"content": words}}]}).encode())

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ModelOptions(f"http://127.0.0.1:{server.server_port}/v1", "m", "secret", timeout_s=5), asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_proposal_is_kept_with_our_own_figures() -> None:
    proposal = {"quote": TARGET, "kind": "trade_target", "status": "agreed", "value": 7}
    with fake_model({"commitments": [proposal]}) as (options, asked):
        reading = ask_model(DOCUMENT, options)
    found = reading.commitments[0]
    assert (found.value, found.baseline, found.unit) == (200e6, 80e6, "USD")
    assert found.deadline is not None
    assert TEXT[found.start : found.end] == found.quote
    assert (asked[0]["path"], asked[0]["key"], asked[0]["model"]) == ("/v1/chat/completions", "Bearer secret", "m")


def test_what_the_text_does_not_hold_is_refused() -> None:
    proposals = [
        {"quote": "The two sides agreed to build a bridge.", "kind": "other", "status": "agreed"},
        {"quote": TARGET, "kind": "bridge", "status": "agreed"},
        {"quote": TARGET, "kind": "trade_target", "status": "promised"},
        {"quote": TARGET, "kind": "trade_target", "status": "agreed"},
        {"quote": TARGET, "kind": "trade_target", "status": "agreed"},
        "nonsense",
    ]
    reading = check_proposals(DOCUMENT, proposals)
    assert len(reading.commitments) == 1
    assert [refusal.why.split()[-1] for refusal in reading.refused] == ["text", "kind", "status", "twice", "text"]


def test_the_two_readings_are_compared_and_the_rules_stay_as_they_were() -> None:
    rules = extract_commitments(DOCUMENT)
    loan = {"quote": "Norway may one day lend a ship to Fiji.", "kind": "finance", "status": "offered"}
    reading = check_proposals(DOCUMENT, [{"quote": TARGET, "kind": "finance", "status": "agreed"}, loan])
    record = as_model_record(reading, compare_readings(rules, reading.commitments))
    assert record["both"] == [
        {"id": "trade-target-1", "differs": ["kind"], "model": reading.commitments[0].as_record()}
    ]
    assert (record["only_rules"], len(reading.commitments)) == ([], 2)
    assert record["only_model"] == [reading.commitments[1].as_record()]
    assert rules == extract_commitments(DOCUMENT)


@pytest.mark.parametrize(
    ("answer", "status"), [("no JSON at all", 200), ({"x": 1}, 200), ({"commitments": 3}, 200), ({}, 500), ({}, 302)]
)
def test_a_model_that_answers_nothing_of_use_is_no_answer(answer: object, status: int) -> None:
    with fake_model(answer, status=status) as (options, asked):
        with pytest.raises(NoAnswer):
            ask_model(DOCUMENT, options)
        assert len(asked) == 1


def test_only_web_addresses_are_asked() -> None:
    with pytest.raises(InputFault, match="no http address"):
        ask_model(DOCUMENT, ModelOptions("file:///etc/passwd", "m"))


def test_the_command_asks_only_where_it_is_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("RAHDARI_MODEL_KEY", "secret")
    proposal = {"quote": TARGET, "kind": "trade_target", "status": "agreed"}
    with fake_model({"commitments": [proposal]}) as (options, asked):
        assert main(["read", str(file), "--case", "two_islands", "--json"]) == 0
        assert "model" not in json.loads(capsys.readouterr().out)
        assert asked == []
        assert main(["read", str(file), "--case", "two_islands", "--model-url", options.url, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model"]["both"][0]["differs"] == []
    assert [commitment["id"] for commitment in told["commitments"]] == ["trade-target-1"]
    assert asked[0]["key"] == "Bearer secret"
