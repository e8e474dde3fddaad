"""The best set of each size is one that can act: with all that its members need, and nothing that they exclude."""

from __future__ import annotations

from rahdari.appraisal.appraise import Options, appraise
from rahdari.case import find_case, read_case


def test_no_best_set_holds_a_measure_without_what_it_needs_or_beside_what_it_excludes() -> None:
    case = read_case(find_case("pakistan_kazakhstan"))
    answer = appraise(case, Options(draws=60))
    measures = {measure.id: measure for measure in case.measures}
    assert answer.portfolio
    for package in answer.portfolio:
        chosen = set(package.measures)
        for name in chosen:
            needed = {other for other in measures[name].needs if other in {one.id for one in answer.measures}}
            acting = {one.id for one in answer.measures if any(one.shapley_musd.values())}
            assert needed & acting <= chosen, (package.size, name)
            assert not set(measures[name].excludes) & chosen
