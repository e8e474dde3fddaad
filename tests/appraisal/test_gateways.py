"""Third-country transit on the invented case, apart from the pair's trade."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.gateways import transit_effects
from rahdari.case import Case
from rahdari.claims import Claim
from tests.islands import islands


def by_southport() -> Case:
    """The case with cargo from Tradehaven to Sutton, which all comes by the port of Southisle."""
    case = islands()
    moved = tuple(
        replace(claim, entity="transit:XTR:XSO:sutton") if claim.entity.startswith("transit:") else claim
        for claim in case.claims
    )
    return replace(case, claims=replace(case.claims, rows=moved))


def test_a_cut_of_charges_takes_its_part_from_all_cargo_and_draws_none_where_all_comes_anyway() -> None:
    # one million tonnes a year: nine dollars each before, four and a half after
    cut = transit_effects(by_southport(), ())["port-charge-cut"]
    assert cut.tonnes == pytest.approx(0, abs=1)
    assert cut.fees_musd == pytest.approx(-4.5, abs=1e-4)


def test_a_port_far_off_the_way_has_next_to_nothing_of_the_cargo() -> None:
    effects = transit_effects(islands(), ())
    assert all(abs(one.tonnes) < 1 for one in effects.values())


def test_only_transit_measures_have_transit_in_the_answer() -> None:
    answer = appraise(islands(), Options(draws=4))
    transit = {measure.id for measure in islands().measures if measure.transit}
    for one in answer.measures:
        assert (one.transit_tonnes is not None) == (one.transit_fees_musd is not None) == (one.id in transit)


def test_without_a_potential_nothing_is_said() -> None:
    case = islands()
    kept: tuple[Claim, ...] = tuple(claim for claim in case.claims if not claim.entity.startswith("transit:"))
    bare = replace(case, claims=replace(case.claims, rows=kept))
    assert transit_effects(bare, ()) == {}
