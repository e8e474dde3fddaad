"""A book's latest year in words, and how strong its figure is."""

from __future__ import annotations

from datetime import date

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.claims import pick_claim
from rahdari.report.words import Words


def say_level(case: Case, appraisal: Appraisal, name: str, say: Words) -> str:
    """A book's latest year in money, and how weak the figure is where it is weak or derived."""
    base = appraisal.books[name].baseline
    strength = baseline_strength(case, name, end=base.end, flows=tuple(base.by_direction))
    return say.texts.get(f"level.{strength}", "{value}").format(value=say.money(base.value_musd))


def baseline_strength(case: Case, name: str, *, end: date, flows: tuple[str, ...]) -> str:
    """The strength (A to D) of a book's figure for the year that ends so: the weakest direction's, else both ways'."""

    def picked(flow: str) -> str:
        held = case.claims.all_of(f"flow:{flow}", "trade_musd", book=name)
        claims = [claim for claim in held if claim.period is not None and claim.period.end == end]
        return pick_claim(claims).strength if claims else ""

    directions = [picked(flow) for flow in flows]
    return max(directions) if directions and all(directions) else picked("turnover")
