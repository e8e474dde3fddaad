from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.units import UNITS, can_convert, conversion_factor, units_like

units = st.sampled_from(sorted(UNITS))


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("nmi", "km", 1.852),  # the international nautical mile, by definition
        ("days", "h", 24.0),
        ("min", "h", 1 / 60),
        ("USD/20t", "USD/t", 0.05),
        ("USD/500km/20t", "USD/tkm", 1e-4),  # TFI3: 500 km x 20 t = 10,000 tkm
        ("busd", "musd", 1000.0),
        ("USD", "musd", 1e-6),
        ("percent", "fraction", 0.01),
        ("g/tkm", "kg/tkm", 0.001),
        ("t/year", "Mt/year", 1e-6),
        ("years", "months", 12.0),
        ("km/day", "km/h", 1 / 24),
    ],
)
def test_a_unit_converts_by_its_definition(unit: str, target: str, factor: float) -> None:
    assert conversion_factor(unit, target) == pytest.approx(factor, rel=1e-12)


def test_twelve_departures_a_month_are_as_many_as_a_hundred_and_forty_four_a_year() -> None:
    assert 12 * conversion_factor("per_month", "per_week") == pytest.approx(
        144 * conversion_factor("per_year", "per_week"), rel=1e-12
    )


@given(units, units)
def test_there_and_back_is_the_same_figure(unit: str, target: str) -> None:
    if can_convert(unit, target):
        assert conversion_factor(unit, target) * conversion_factor(target, unit) == pytest.approx(1.0, rel=1e-12)
    else:
        with pytest.raises(ValueError, match="does not convert"):
            conversion_factor(unit, target)


@given(units, units, units)
def test_a_detour_over_a_third_unit_changes_nothing(first: str, second: str, third: str) -> None:
    if can_convert(first, second) and can_convert(second, third):
        assert conversion_factor(first, second) * conversion_factor(second, third) == pytest.approx(
            conversion_factor(first, third), rel=1e-12
        )


@pytest.mark.parametrize(("unit", "target"), [("km", "h"), ("USD/t", "USD/tkm"), ("months", "h"), ("furlong", "km")])
def test_what_measures_something_else_does_not_convert(unit: str, target: str) -> None:
    assert not can_convert(unit, target)


def test_units_like_a_unit_are_all_that_convert_to_it() -> None:
    assert units_like("km") == ("km", "m", "nmi")
