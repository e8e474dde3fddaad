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
    Badge,
    CommitmentGroup,
    CommitmentRow,
    MilestoneRow,
    RegisterPart,
    RivalCount,
    RivalRow,
)
from rahdari.report.words import Words, capitalise

KINDS = (
    "trade_target",
    "trade_facilitation",
    "transport_corridor",
    "port_access",
    "air_link",
    "investment_forum",
    "energy",
    "mining",
    "agriculture",
    "finance",
    "digital",
    "agreement_signed",
    "education",
    "tourism_culture",
    "defence",
    "security",
    "diplomatic",
    "other",
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

# The badges of the key, by tone.
BADGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "firm": ("signed", "achieved"),
        "middle": ("agreed", "planned", "supported"),
        "loose": ("offered", "discussed", "reviewed"),
    }
)


def anchor_of(commitment: str) -> str:
    """The page's anchor of a commitment."""
    return "commitment-" + re.sub(r"[^A-Za-z0-9_-]+", "-", commitment)


def build_register_part(case: Case, citations: Citations, *, say: Words) -> RegisterPart:
    """Every commitment of the register, by kind; instruments counted; rival counts side by side."""
    register = case.register
    groups = []
    for kind in (*KINDS, *sorted({one.kind for one in register.commitments} - set(KINDS))):
        rows = [one for one in register.commitments if one.kind == kind]
        if rows:
            shown = tuple(_commitment(case, one, citations, say) for one in rows)
            groups.append(CommitmentGroup(say.term("kind", kind), shown))
    return RegisterPart(
        lead=_lead(case, say),
        instruments=_instruments(case, say),
        badges=tuple(
            tuple(Badge(say.status(status), tone) for status in statuses) for tone, statuses in BADGES.items()
        ),
        groups=tuple(groups),
        rivals=_rivals(case, citations, say),
    )


def _lead(case: Case, say: Words) -> str:
    register = case.register
    counts = Counter(one.status for one in register.commitments)
    words = [say("register.count", count=count, status=say.status(status)) for status, count in counts.most_common()]
    steps = Counter(state for one in register.milestones for state in (one.status_a, one.status_b))
    done = sum(1 for one in register.milestones if one.status_a == one.status_b == "delivered")
    sentences = [say("register.lead", count=len(register.commitments), words=say.join(words))]
    if register.milestones:
        sentences.append(say("register.steps", steps=len(register.milestones), done=done))
    if steps["unknown"]:
        sentences.append(say("register.unknown", unknown=steps["unknown"], sides=2 * len(register.milestones)))
    return " ".join(sentences)


def _instruments(case: Case, say: Words) -> str:
    named = case.claims.find("register:named-instruments", "count")
    reported = case.claims.find("register:instruments", "count")
    listed = len(case.register.instruments)
    if named is None or reported is None:
        return say("register.papers", listed=listed) if listed else ""
    values = {"reported": say.digits(reported.value, 0), "named": say.digits(named.value, 0)}
    return say("register.papers_named", listed=listed, **values)


def _commitment(case: Case, one: RegisteredCommitment, citations: Citations, say: Words) -> CommitmentRow:
    register = case.register
    owners = [say.name(owner) for owner in (one.owner_a, one.owner_b) if owner]
    measures = [say.name(measure.title) for measure in case.measures if one.id in measure.commitments]
    papers = [
        say("register.paper_signed", title=say.name(paper.title), status=say.status(paper.status),
            date=say.day(paper.signed_on))
        if paper.signed_on
        else say("register.paper", title=say.name(paper.title), status=say.status(paper.status))
        for paper in register.instruments
        if one.id in paper.commitments
    ]  # fmt: skip
    terms = []
    if one.deadline:
        terms.append(say("register.deadline", deadline=say.name(one.deadline)))
    if owners:
        terms.append(say("register.owners", owners="; ".join(owners)))
    if papers:
        terms.append(say("register.papers_list", papers="; ".join(papers)))
    if measures:
        terms.append(say("register.modelled", measures=say.join(measures)))
    elif one.why_not_modelled:
        terms.append(say("register.not_modelled"))
    return CommitmentRow(
        anchor=anchor_of(one.id),
        title=say.name(one.title),
        status=say.status(one.status),
        tone=TONES.get(one.status, "loose"),
        terms=" ".join(terms),
        milestones=tuple(
            _milestone(case, one, step, citations, say) for step in register.milestones if step.commitment == one.id
        ),
        strength=one.strength,
        citations=citations.cite([one.source]),
    )


def _milestone(
    case: Case, commitment: RegisteredCommitment, step: Milestone, citations: Citations, say: Words
) -> MilestoneRow:
    title = say.name(step.title)
    return MilestoneRow(
        title=say("register.due", title=title, due=say.name(step.due)) if step.due else title,
        state=_say_sides(case, commitment, step, say),
        evidence=say.name(step.evidence),
        citations=citations.cite([step.source]),
    )


def _say_sides(case: Case, commitment: RegisteredCommitment, step: Milestone, say: Words) -> str:
    """'both sides: not known', or each side's own state; the sides are the commitment's parties where it has two."""
    if step.status_a == step.status_b:
        return say("register.both_sides", state=say.status(step.status_a))
    sides = commitment.parties if len(commitment.parties) == 2 else case.settings.parties
    states = (step.status_a, step.status_b)
    return "; ".join(
        say("register.side", side=say.name(case.name_of(side)), state=say.status(state))
        for side, state in zip(sides, states, strict=True)
    )


def _rivals(case: Case, citations: Citations, say: Words) -> tuple[RivalRow, ...]:
    """Counts of the register for which sources give different figures for one period."""
    found: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in case.claims:
        if claim.entity.startswith("register:"):
            found.setdefault((claim.entity, claim.attribute, str(claim.period)), []).append(claim)
    rows = []
    for (entity, attribute, _), claims in found.items():
        by_value: dict[str, list[str]] = {}
        for claim in sorted(claims, key=lambda one: -one.value):
            value = say.money(claim.value) if attribute == "value_musd" else say.plain(claim.value)
            pattern = say.texts.get(f"comparator.{claim.comparator}", "{value}")
            by_value.setdefault(pattern.format(value=value), []).append(claim.source)
        if len(by_value) > 1:
            counts = tuple(RivalCount(text, citations.cite(sources)) for text, sources in by_value.items())
            rows.append(RivalRow(capitalise(say.term("rival", entity.partition(":")[2])), counts))
    return tuple(rows)
