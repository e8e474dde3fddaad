"""Review on a terminal: each proposed commitment with its sentence in view, and what a person answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from rahdari.documents import Document
from rahdari.exceptions import InputFault
from rahdari.register.commitment import Commitment
from rahdari.register.journal import append_decision, read_journal
from rahdari.register.review import (
    Action,
    Decision,
    Proposal,
    Reviewed,
    State,
    check_decision,
    review,
    standing_decisions,
)
from rahdari.report.terminal import open_console, printable

# Words of the document shown before and after a quote, in characters.
CONTEXT = 240
HELP = """a            accept
e FIELD=VALUE edit (kind, status, value, unit, comparator, baseline, deadline, parties, places, sectors; lists with ;)
m NUMBER     merge into the proposal of that number
r            reject
u            undo the last decision
n, p, NUMBER next, previous, go to
l            list all
q            leave; every decision is kept as it is made"""


@dataclass(frozen=True, slots=True)
class Session:
    """What a review works on: proposals, their documents by name, the journal, and who reviews when."""

    proposals: tuple[Proposal, ...]
    documents: Mapping[str, Document]
    journal: Path
    by: str
    now: Callable[[], str]


def review_answer(session: Session) -> dict[str, object]:
    """The state of a review: counts, and every proposal as it stands."""
    reviewed = review(session.proposals, read_journal(session.journal))
    counts = Counter(entry.state.value for entry in reviewed)
    return {
        "counts": {state.value: counts[state.value] for state in State},
        "proposals": [
            {
                "key": entry.proposal.key,
                "document": entry.proposal.document,
                "state": entry.state.value,
                "into": entry.into or None,
                "commitment": entry.commitment.as_record(),
            }
            for entry in reviewed
        ],
        "warnings": [],
    }


def run_review(session: Session, ask: Callable[[str], str | None]) -> None:
    """Nothing; asks about each proposal until the person leaves. `ask` returns None where the input has ended."""
    console = open_console()
    decisions = list(read_journal(session.journal))
    if not session.proposals:
        console.print("No commitment was found in these documents.")
        return
    place = _next_open(review(session.proposals, decisions), -1)
    shown = -1
    while True:
        reviewed = review(session.proposals, decisions)
        if shown != place:
            _show(console, session, reviewed, place)
            shown = place
        answer = ask(f"[{place + 1}/{len(reviewed)}] a e m r u n p l q ? ")
        words = (answer or "").strip()
        if answer is None or words == "q":
            break
        try:
            place, shown = _answer(words, place, session=session, decisions=decisions, console=console), -1
        except InputFault as fault:
            console.print(fault.message)
            shown = place
    _show_counts(console, review(session.proposals, decisions))


def _answer(words: str, place: int, *, session: Session, decisions: list[Decision], console: Console) -> int:
    """The place to show next, once the answer is acted on; a decision is on disk before it counts."""
    reviewed = review(session.proposals, decisions)
    verb, _, rest = words.partition(" ")
    if verb in ("n", ""):
        return (place + 1) % len(reviewed)
    if verb == "p":
        return (place - 1) % len(reviewed)
    if verb.isdecimal():
        return _number(verb, reviewed)
    if verb == "l":
        _list(console, reviewed)
        return place
    if verb == "?":
        console.print(HELP)
        return place
    decision = _decision(verb, rest, reviewed[place].proposal.key, reviewed)
    if decision.action is Action.UNDO and not standing_decisions(decisions):
        raise InputFault("There is nothing to undo.", kind="nothing-to-undo")
    undone = standing_decisions(decisions)[-1].key if decision.action is Action.UNDO else ""
    check_decision(decision, reviewed)
    kept = Decision(decision.action, decision.key, decision.changes, decision.into, session.by, session.now())
    append_decision(session.journal, kept)
    decisions.append(kept)
    if decision.action is Action.UNDO:
        return next((n for n, entry in enumerate(reviewed) if entry.proposal.key == undone), place)
    if decision.action is Action.EDIT:
        return place
    return _next_open(review(session.proposals, decisions), place)


def _decision(verb: str, rest: str, key: str, reviewed: Sequence[Reviewed]) -> Decision:
    if verb in ("a", "r", "u"):
        return Decision({"a": Action.ACCEPT, "r": Action.REJECT, "u": Action.UNDO}[verb], key)
    if verb == "m":
        return Decision(Action.MERGE, key, into=reviewed[_number(rest.strip(), reviewed)].proposal.key)
    if verb == "e":
        name, sign, value = rest.partition("=")
        if not sign:
            raise InputFault("Write e FIELD=VALUE, for example e status=discussed.", kind="no-edit")
        return Decision(Action.EDIT, key, changes=((name.strip(), value.strip()),))
    raise InputFault(f"{verb!r} is no answer. ? shows what is.", kind="unknown-answer")


def _number(words: str, reviewed: Sequence[Reviewed]) -> int:
    if not (words.isdecimal() and 1 <= int(words) <= len(reviewed)):
        raise InputFault(f"Give a number from 1 to {len(reviewed)}.", kind="unknown-proposal")
    return int(words) - 1


def _next_open(reviewed: Sequence[Reviewed], place: int) -> int:
    """The next proposal without a decision, round the end; the same one where none is left."""
    for step in range(1, len(reviewed) + 1):
        candidate = (place + step) % len(reviewed)
        if reviewed[candidate].state is State.OPEN:
            return candidate
    return max(place, 0)


def _show(console: Console, session: Session, reviewed: Sequence[Reviewed], place: int) -> None:
    entry = reviewed[place]
    found = entry.commitment
    console.print()
    console.print(f"{place + 1} of {len(reviewed)}: {printable(entry.proposal.document)}, {entry.state.value}")
    console.print(_in_view(session.documents[entry.proposal.document], found))
    for name, value in _fields(found):
        console.print(f"  {name:<11}{printable(value)}")
    if entry.into:
        kept = next(n for n, other in enumerate(reviewed, start=1) if other.proposal.key == entry.into)
        console.print(f"  merged into {kept}")


def _in_view(document: Document, found: Commitment) -> Text:
    """The quote in bold between the words around it."""
    before = document.text[max(found.start - CONTEXT, 0) : found.start]
    after = document.text[found.end : found.end + CONTEXT]
    page = document.page_of(found.start)
    view = Text(f"(page {page}) " if page else "")
    view.append(printable(before.replace("\n", " ")), style="dim")
    view.append(f">>{printable(found.quote)}<<", style="bold")
    view.append(printable(after.replace("\n", " ")), style="dim")
    return view


def _fields(found: Commitment) -> list[tuple[str, str]]:
    value = "" if found.value is None else f"{found.comparator or ''} {found.value:,.12g} {found.unit or ''}".strip()
    told = [
        ("kind", found.kind),
        ("status", found.status),
        ("parties", ", ".join(found.parties)),
        ("value", value),
        ("baseline", "" if found.baseline is None else f"{found.baseline:,.12g} {found.unit or ''}"),
        ("deadline", found.deadline.text if found.deadline else ""),
        ("places", ", ".join(found.places)),
        ("sectors", ", ".join(found.sectors)),
    ]
    return [(name, words) for name, words in told if words]


def _list(console: Console, reviewed: Sequence[Reviewed]) -> None:
    for number, entry in enumerate(reviewed, start=1):
        found = entry.commitment
        words = printable(" ".join(found.quote.split()))[:70]
        console.print(f"{number:>3} {entry.state.value:<9}{found.kind:<18}{found.status:<10}{words}")


def _show_counts(console: Console, reviewed: Sequence[Reviewed]) -> None:
    counts = Counter(entry.state for entry in reviewed)
    console.print(", ".join(f"{counts[state]} {state.value}" for state in State if counts[state]) + ".")
