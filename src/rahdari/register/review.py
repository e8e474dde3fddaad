"""Review: what a person decides about proposed commitments, as a pure function of an append-only list of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from rahdari.exceptions import InputFault, nearest_names
from rahdari.register.commitment import COMPARATORS, KINDS, STATUSES, Commitment, Deadline, Mention

LISTS = ("parties", "places", "sectors")
NUMBERS = ("value", "baseline")
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"kind": KINDS, "status": STATUSES, "comparator": COMPARATORS}
)
EDITABLE = (*CHOICES, *NUMBERS, "unit", "deadline", *LISTS)


class Action(StrEnum):
    """What a decision does."""

    ACCEPT = "accept"
    EDIT = "edit"
    MERGE = "merge"
    REJECT = "reject"
    UNDO = "undo"


class State(StrEnum):
    """Where a proposed commitment stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    MERGED = "merged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed commitment with its document; `key` stays the same while the document's bytes and the span do."""

    key: str
    document: str
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the journal: `changes` are field and value of an edit, `into` the key that a merge keeps."""

    action: Action
    key: str
    changes: tuple[tuple[str, str], ...] = ()
    into: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A proposal as it stands after all decisions: its commitment with edits and merged mentions."""

    proposal: Proposal
    commitment: Commitment
    state: State
    into: str = ""


def make_proposals(document: str, sha256: str, commitments: Iterable[Commitment]) -> tuple[Proposal, ...]:
    """The proposals that a document's reading makes; `document` is its name for people."""
    return tuple(
        Proposal(f"{sha256[:12]}:{found.start}-{found.end}:{found.id}", document, found) for found in commitments
    )


def standing_decisions(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions that no later undo takes back: each undo takes back the last one that stands."""
    standing: list[Decision] = []
    for decision in decisions:
        if decision.action is not Action.UNDO:
            standing.append(decision)
        elif standing:
            standing.pop()
    return tuple(standing)


def review(proposals: Sequence[Proposal], decisions: Sequence[Decision]) -> tuple[Reviewed, ...]:
    """Every proposal as it stands, in order; decisions on proposals that are not there are left alone."""
    held = {proposal.key: Reviewed(proposal, proposal.commitment, State.OPEN) for proposal in proposals}
    for decision in standing_decisions(decisions):
        now = held.get(decision.key)
        if now is None:
            continue
        if decision.action is Action.ACCEPT:
            held[decision.key] = replace(now, state=State.ACCEPTED, into="")
        elif decision.action is Action.REJECT:
            held[decision.key] = replace(now, state=State.REJECTED, into="")
        elif decision.action is Action.EDIT:
            held[decision.key] = replace(now, commitment=edit_commitment(now.commitment, decision.changes))
        elif decision.into in held:
            home = held[decision.into]
            held[decision.key] = replace(now, state=State.MERGED, into=decision.into)
            held[decision.into] = replace(home, commitment=_with_mention(home, now))
    return tuple(held[proposal.key] for proposal in proposals)


def _with_mention(home: Reviewed, merged: Reviewed) -> Commitment:
    """The commitment kept, with the other's words as a mention where both stand in one document."""
    if home.proposal.document != merged.proposal.document:
        return home.commitment
    other = merged.commitment
    mentions = (*home.commitment.mentions, Mention(other.quote, other.start, other.end), *other.mentions)
    return replace(home.commitment, mentions=tuple(sorted(set(mentions), key=lambda mention: mention.start)))


def check_decision(decision: Decision, reviewed: Sequence[Reviewed]) -> None:
    """Nothing; raises InputFault where a decision cannot be taken, before it goes into the journal."""
    held = {entry.proposal.key: entry for entry in reviewed}
    if decision.action is Action.UNDO:
        return
    if decision.key not in held:
        raise InputFault(f"There is no proposal {decision.key!r}.", kind="unknown-proposal")
    if decision.action is Action.EDIT:
        edit_commitment(held[decision.key].commitment, decision.changes)
    if decision.action is Action.MERGE:
        if decision.into not in held or decision.into == decision.key:
            raise InputFault("Merge into another proposal: give its number.", kind="unknown-proposal")
        if held[decision.into].state is State.MERGED:
            raise InputFault("That one is merged itself: give the one that is kept.", kind="merged-proposal")


def edit_commitment(commitment: Commitment, changes: Sequence[tuple[str, str]]) -> Commitment:
    """The commitment with fields changed as a person writes them; an empty value takes the field's value away.

    The words and their place cannot be changed: they are the document's.
    """
    values: dict[str, object] = {}
    for name, text in changes:
        if name not in EDITABLE:
            near = nearest_names(name, EDITABLE)
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            raise InputFault(
                f"{name!r} cannot be edited.{hint} These can: {', '.join(EDITABLE)}.",
                kind="unknown-field",
                suggestions=near,
            )
        values[name] = _read_value(name, text.strip())
    return replace(commitment, **values)  # type: ignore[arg-type]


def _read_value(name: str, text: str) -> object:
    if name in CHOICES:
        if text in CHOICES[name] or (name == "comparator" and not text):
            return text or None
        near = nearest_names(text, CHOICES[name])
        raise InputFault(
            f"{text!r} is no {name}. Give one of: {', '.join(CHOICES[name])}.", kind="unknown-choice", suggestions=near
        )
    if name in NUMBERS:
        return _read_number(name, text)
    if name in LISTS:
        return tuple(part.strip() for part in text.split(";") if part.strip())
    if name == "deadline":
        return Deadline(text, None, None) if text else None
    return text or None


def _read_number(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "").replace("_", ""))
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise InputFault(f"{text!r} is no number for {name}: write 1000000000 or 1e9.", kind="not-a-number")
    return value
