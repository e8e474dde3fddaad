"""Review: decisions, what they make of proposals, and a journal that survives a cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rahdari.documents import Document, document_from_text
from rahdari.exceptions import FaultyInput, InputFault
from rahdari.register.extraction import extract_commitments
from rahdari.register.journal import append_decision, read_journal
from rahdari.register.review import Action, Decision, Proposal, State, make_proposals, review, standing_decisions
from rahdari.report.reviewing import Session, review_answer, run_review

TEXT = (
    "Talks were held between Fiji and Norway in Suva.\n\n"
    "The two sides agreed to resume direct flights. Norway offered a loan for schools. "
    "Both sides discussed cooperation in counter-terrorism.\n"
)


def read() -> tuple[Document, tuple[Proposal, ...]]:
    document = document_from_text(TEXT)
    return document, make_proposals("a.txt", document.sha256, extract_commitments(document))


DOCUMENT, PROPOSALS = read()
FIRST, SECOND, THIRD = (proposal.key for proposal in PROPOSALS)


def states(*decisions: Decision) -> list[str]:
    return [entry.state.value for entry in review(PROPOSALS, decisions)]


def test_a_proposal_is_open_until_it_is_decided() -> None:
    assert states() == ["open", "open", "open"]
    assert states(Decision(Action.ACCEPT, FIRST), Decision(Action.REJECT, THIRD)) == ["accepted", "open", "rejected"]


def test_an_edit_changes_fields_and_never_the_words() -> None:
    edit = Decision(Action.EDIT, FIRST, changes=(("status", "discussed"), ("value", "1,500"), ("places", "Suva; Oslo")))
    found = review(PROPOSALS, [edit])[0].commitment
    assert (found.status, found.value, found.places) == ("discussed", 1500, ("Suva", "Oslo"))
    assert TEXT[found.start : found.end] == found.quote
    with pytest.raises(InputFault, match="cannot be edited"):
        review(PROPOSALS, [Decision(Action.EDIT, FIRST, changes=(("quote", "x"),))])


@pytest.mark.parametrize(("field", "value"), [("status", "agred"), ("kind", "x"), ("value", "many"), ("value", "inf")])
def test_an_edit_that_makes_no_sense_is_a_fault(field: str, value: str) -> None:
    with pytest.raises(InputFault):
        review(PROPOSALS, [Decision(Action.EDIT, FIRST, changes=((field, value),))])


def test_a_merge_keeps_one_with_the_other_s_words_as_a_mention() -> None:
    merged = review(PROPOSALS, [Decision(Action.MERGE, SECOND, into=FIRST)])
    assert [entry.state for entry in merged] == [State.OPEN, State.MERGED, State.OPEN]
    assert [mention.quote for mention in merged[0].commitment.mentions] == [merged[1].commitment.quote]


def test_undo_takes_back_the_last_decision_that_stands() -> None:
    decisions = [Decision(Action.ACCEPT, FIRST), Decision(Action.REJECT, SECOND), Decision(Action.UNDO, "")]
    assert states(*decisions) == ["accepted", "open", "open"]
    assert states(*decisions, Decision(Action.UNDO, "")) == ["open", "open", "open"]
    assert standing_decisions([Decision(Action.UNDO, "")]) == ()


def test_the_journal_gives_back_what_was_decided(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.jsonl"
    decisions = (
        Decision(Action.EDIT, FIRST, (("deadline", "к 2030 году"),), by="A", at="2026-03-15T10:00:00+00:00"),
        Decision(Action.MERGE, SECOND, into=FIRST),
    )
    for decision in decisions:
        append_decision(path, decision)
    assert read_journal(path) == decisions


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=400))
def test_a_journal_cut_at_any_byte_keeps_every_finished_decision(cut: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        for key in (FIRST, SECOND, THIRD):
            append_decision(path, Decision(Action.ACCEPT, key))
        whole = path.read_bytes()
        path.write_bytes(whole[:cut])
        finished = whole[:cut].count(b"\n")
        kept = read_journal(path)
        assert finished <= len(kept) <= finished + 1
        append_decision(path, Decision(Action.REJECT, FIRST))
        assert read_journal(path) == (*kept, Decision(Action.REJECT, FIRST))


def test_a_journal_of_something_else_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"x": 1}\nnothing\n', encoding="utf-8")
    with pytest.raises(FaultyInput) as caught:
        read_journal(path)
    assert [fault.where.row for fault in caught.value.faults] == [1, 2]


def session(path: Path) -> Session:
    return Session(PROPOSALS, {"a.txt": DOCUMENT}, path, "A", lambda: "2026-03-15T10:00:00+00:00")


def answer(path: Path, *lines: str) -> None:
    waiting = list(lines)
    run_review(session(path), lambda _: waiting.pop(0) if waiting else None)


def test_a_review_can_be_left_at_any_moment_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    answer(path, "a")
    assert "direct flights" in capsys.readouterr().out
    answer(path, "e status=agreed", "a", "m 1", "u", "r", "q")
    shown = capsys.readouterr().out
    assert "2 of 3" in shown
    assert ">>Norway offered a loan for schools.<<" in " ".join(shown.split())
    counts = review_answer(session(path))["counts"]
    assert counts == {"open": 0, "accepted": 2, "merged": 0, "rejected": 1}
    assert [json.loads(line)["action"] for line in path.read_text("utf-8").splitlines()] == [
        "accept", "edit", "accept", "merge", "undo", "reject",
    ]  # fmt: skip


def test_an_answer_that_is_none_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    answer(path, "x", "e status", "e status=agred", "m 9", "m 1", "u", "99", "?", "l", "n", "p")
    shown = capsys.readouterr().out
    for words in ("is no answer", "Write e FIELD=VALUE", "is no status", "from 1 to 3", "another proposal", "undo"):
        assert words in shown
    assert not path.exists()
