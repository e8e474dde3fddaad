"""What the register holds: commitments as reviewed, instruments, working groups, milestones, events, indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RegisteredCommitment:
    """One promise, in our own words, with its status as said and its owners on both sides."""

    id: str
    title: str
    kind: str
    status: str
    parties: tuple[str, ...]
    value: float | None
    unit: str
    comparator: str
    baseline: float | None
    deadline: str
    places: tuple[str, ...]
    sectors: tuple[str, ...]
    owner_a: str
    owner_b: str
    source: str
    strength: str
    why_not_modelled: str
    note: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A signed or agreed document between the parties."""

    id: str
    title: str
    area: str
    kind: str
    status: str
    signed_on: date | None
    commitments: tuple[str, ...]
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """A joint body that follows commitments."""

    id: str
    name: str
    mandate: str
    owner_a: str
    owner_b: str
    commitments: tuple[str, ...]
    established: str
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step that can be seen, with its state on each side and the evidence."""

    id: str
    commitment: str
    title: str
    due: str
    status_a: str
    status_b: str
    evidence: str
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a date."""

    id: str
    date: str
    title: str
    kind: str
    commitments: tuple[str, ...]
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A defined quantity that is followed over time."""

    id: str
    title: str
    definition: str
    unit: str
    book: str
    commitments: tuple[str, ...]
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document that the case rests on; `file` is empty where only its address is kept."""

    id: str
    file: str
    title: str
    date: date | None
    language: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """One reading of the target's deadline, with the words that give it."""

    id: str
    text: str
    earliest: date | None
    latest: date
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PastTarget:
    """A trade target that some pair announced, and what became of it."""

    party_a: str
    party_b: str
    announced: str
    baseline_musd: float | None
    baseline_year: int | None
    target_musd: float
    deadline_year: int | None
    outcome_musd: float | None
    outcome_year: int | None
    met: str
    source: str
    outcome_source: str
    strength: str
    note: str

    @property
    def required_growth(self) -> float | None:
        """Growth a year that the target needed from its baseline to its deadline; None where undated."""
        if not self.baseline_musd or self.baseline_year is None or self.deadline_year is None:
            return None
        years = self.deadline_year - self.baseline_year
        return None if years <= 0 else float((self.target_musd / self.baseline_musd) ** (1 / years) - 1)


@dataclass(frozen=True, slots=True)
class Register:
    """Everything that the partnership's register holds."""

    commitments: tuple[RegisteredCommitment, ...]
    instruments: tuple[Instrument, ...]
    working_groups: tuple[WorkingGroup, ...]
    milestones: tuple[Milestone, ...]
    events: tuple[Event, ...]
    indicators: tuple[Indicator, ...]
    documents: tuple[DocumentEntry, ...]
    deadlines: tuple[Deadline, ...]
    past_targets: tuple[PastTarget, ...]
