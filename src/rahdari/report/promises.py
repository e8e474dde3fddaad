"""The register part of the page: commitments by kind, with status, owners, papers and steps on both sides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from rahdari.case import Case
from rahdari.claims import Claim
from rahdari.register.entries import Milestone, RegisteredCommitment
from rahdari.report.citations import Citations
from rahdari.report.page import (
    CommitmentGroup,
    CommitmentRow,
    MilestoneRow,
    RegisterPart,
    RivalCount,
    RivalRow,
)
from rahdari.report.words import say_identifier, say_list, say_money, say_status, say_unit_value

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "trade_target": "The trade target",
        "trade_facilitation": "Easier trade and transit",
        "transport_corridor": "Corridors and railways",
        "port_access": "Ports",
        "air_link": "Flights",
        "investment_forum": "Contracts and investment",
        "energy": "Energy",
        "mining": "Mining",
        "agriculture": "Agriculture",
        "finance": "Finance",
        "digital": "Digital matters",
        "agreement_signed": "Papers signed",
        "education": "Education and science",
        "tourism_culture": "Culture, travel and media",
        "defence": "Defence",
        "security": "Security and justice",
        "diplomatic": "Diplomacy",
        "other": "Other",
    }
)
# How firm a status is: the badge is full, outlined or dashed, so that it reads without colour too.
TONES: Mapping[str, str] = MappingProxyType(
    {
        "signed": "firm",
        "achieved": "firm",
        "agreed": "middle",
        "planned": "middle",
        "supported": "middle",
    }
)
COMPARATORS: Mapping[str, str] = MappingProxyType({"at_least": "at least ", "at_most": "at most ", "about": "about "})


def anchor_of(commitment: str) -> str:
    """The page's anchor of a commitment."""
    return "commitment-" + re.sub(r"[^A-Za-z0-9_-]+", "-", commitment)


def build_register_part(case: Case, citations: Citations) -> RegisterPart:
    """Every commitment of the register, by kind; instruments counted; rival counts side by side."""
    register = case.register
    groups = []
    for kind in (*KINDS, *sorted({one.kind for one in register.commitments} - set(KINDS))):
        rows = [one for one in register.commitments if one.kind == kind]
        if rows:
            heading = KINDS.get(kind, say_identifier(kind))
            groups.append(CommitmentGroup(heading, tuple(_commitment(case, one, citations) for one in rows)))
    return RegisterPart(
        lead=_lead(case),
        instruments=_instruments(case),
        groups=tuple(groups),
        rivals=_rivals(case, citations),
    )


def _lead(case: Case) -> str:
    register = case.register
    counts = Counter(one.status for one in register.commitments)
    words = [f"{count} {say_status(status)}" for status, count in counts.most_common()]
    steps = Counter(state for one in register.milestones for state in (one.status_a, one.status_b))
    done = sum(1 for one in register.milestones if one.status_a == one.status_b == "delivered")
    lead = f"{len(register.commitments)} commitments: {say_list(words)}."
    if register.milestones:
        lead += (
            f" Of {len(register.milestones)} steps that can be seen, {done} "
            f"{'is' if done == 1 else 'are'} delivered on both sides"
        )
        unknown = steps.get("unknown", 0)
        lead += (
            f"; in {unknown} of {2 * len(register.milestones)} cases nothing is known of a side." if unknown else "."
        )
    return lead


def _instruments(case: Case) -> str:
    named = case.claims.find("register:named-instruments", "count")
    reported = case.claims.find("register:instruments", "count")
    listed = len(case.register.instruments)
    if named is None or reported is None:
        return f"The register names {listed} signed or agreed papers." if listed else ""
    return (
        f"Of {reported.value:.0f} papers reported as signed, {named.value:.0f} can be named; what the others say is "
        f"not known. With older papers and the firms' contracts the register lists {listed}."
    )


def _commitment(case: Case, one: RegisteredCommitment, citations: Citations) -> CommitmentRow:
    register = case.register
    owners = [owner for owner in (one.owner_a, one.owner_b) if owner]
    measures = [measure.title for measure in case.measures if one.id in measure.commitments]
    modelled = "Not in the model" if one.why_not_modelled else ""
    if measures:
        modelled = f"In the model: {say_list(measures)}"
    return CommitmentRow(
        anchor=anchor_of(one.id),
        title=one.title,
        status=say_status(one.status),
        tone=TONES.get(one.status, "loose"),
        owners="; ".join(owners),
        deadline=one.deadline,
        instruments=tuple(
            f"{paper.title} ({say_status(paper.status)}"
            + (f", {paper.signed_on.day} {paper.signed_on:%B %Y}" if paper.signed_on else "")
            + ")"
            for paper in register.instruments
            if one.id in paper.commitments
        ),
        milestones=tuple(
            _milestone(case, one, step, citations) for step in register.milestones if step.commitment == one.id
        ),
        modelled=modelled,
        strength=one.strength,
        citations=citations.cite([one.source]),
    )


def _milestone(case: Case, commitment: RegisteredCommitment, step: Milestone, citations: Citations) -> MilestoneRow:
    return MilestoneRow(
        title=step.title,
        due=step.due,
        state=_say_sides(case, commitment, step),
        evidence=step.evidence,
        citations=citations.cite([step.source]),
    )


def _say_sides(case: Case, commitment: RegisteredCommitment, step: Milestone) -> str:
    """'both sides: not known', or each side's own state; the sides are the commitment's parties where it has two."""
    if step.status_a == step.status_b:
        return f"both sides: {say_status(step.status_a)}"
    sides = commitment.parties if len(commitment.parties) == 2 else case.settings.parties
    states = (step.status_a, step.status_b)
    return "; ".join(f"{case.name_of(side)}: {say_status(state)}" for side, state in zip(sides, states, strict=True))


def _rivals(case: Case, citations: Citations) -> tuple[RivalRow, ...]:
    """Counts of the register for which sources give different figures for one period."""
    found: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in case.claims:
        if claim.entity.startswith("register:"):
            found.setdefault((claim.entity, claim.attribute, str(claim.period)), []).append(claim)
    rows = []
    for (entity, attribute, _), claims in found.items():
        by_value: dict[str, list[str]] = {}
        for claim in sorted(claims, key=lambda one: -one.value):
            value = say_money(claim.value) if attribute == "value_musd" else say_unit_value(claim.value, "")
            by_value.setdefault(COMPARATORS.get(claim.comparator, "") + value, []).append(claim.source)
        if len(by_value) > 1:
            counts = tuple(RivalCount(text, citations.cite(sources)) for text, sources in by_value.items())
            rows.append(RivalRow(say_identifier(entity.partition(":")[2]).capitalize(), counts))
    return tuple(rows)
