"""The shipped pair's trade potential: both directions, each of the first ten products explained."""

from __future__ import annotations

import pytest

from rahdari.appraisal.products import assess_potential
from rahdari.case import find_case, read_case
from rahdari.exceptions import InputFault


@pytest.mark.parametrize(("exporter", "importer"), [("PAK", "KAZ"), ("KAZ", "PAK")])
def test_each_of_the_first_ten_products_is_named_by_a_source_or_explained(exporter: str, importer: str) -> None:
    case = read_case(find_case("pakistan_kazakhstan"))
    found = assess_potential(case, exporter, importer=importer)
    first = found.products[:10]
    assert len(first) == 10
    assert [entry.potential.code for entry in first if entry.note is None] == []
    assert set(found.sources) <= set(case.sources)
    assert found.years == (2017, 2018, 2019)
    total = sum(entry.potential.potential_musd for entry in found.products)
    assert total > 0
    assert [entry.potential.potential_musd for entry in found.products] == sorted(
        (entry.potential.potential_musd for entry in found.products), reverse=True
    )


def test_a_case_without_products_says_what_lacks() -> None:
    with pytest.raises(InputFault):
        assess_potential(read_case(find_case("two_islands")), "ORA", importer="LIM")
