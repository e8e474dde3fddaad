"""Values split over what they rest on."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.contributions import NOBODY, split_values
from tests.islands import islands


def test_a_value_is_split_by_the_weights_of_its_owners() -> None:
    split = split_values({"a": 12.0, "b": 5.0}, {"a": {"x": 0.75, "y": 0.25}, "b": {"y": 1.0}})
    assert split == {"x": {"a": 9.0}, "y": {"a": 3.0, "b": 5.0}}


def test_what_nobody_owns_is_kept_under_an_empty_name() -> None:
    assert split_values({"a": 12.0}, {"a": {}}) == {NOBODY: {"a": 12.0}}


def test_a_group_has_the_commitments_that_it_follows_and_the_rest_has_no_group() -> None:
    # the group on the bridges follows the reopening and the faster check; parties share each commitment by halves
    answer = appraise(islands(), Options(draws=20))
    (north,) = (one for one in answer.contributions if one.book == "north-customs")
    values = {one.id: one.shapley_musd["north-customs"] for one in answer.measures}
    bridges = values["reopen-bridges"] + values["halve-east-bridge-time"]
    groups = {share.id: share.effect_musd for share in north.by_working_group}
    assert groups == pytest.approx({"bridge-group": bridges, "": answer.total_effect_musd["north-customs"] - bridges})
    parties = {share.id: share.effect_musd for share in north.by_party}
    assert parties["XNO"] == pytest.approx(parties["XSO"])
    assert [share.effect_musd for share in north.by_commitment] == sorted(
        (share.effect_musd for share in north.by_commitment), reverse=True
    )
    assert np.isclose(sum(parties.values()), answer.total_effect_musd["north-customs"])
