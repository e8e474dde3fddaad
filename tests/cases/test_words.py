"""A case's translations stand for names that the case has, and cover what its report names first."""

from __future__ import annotations

from rahdari.case import find_case, read_case


def test_the_shipped_case_s_measures_deadlines_and_crossings_are_in_russian() -> None:
    case = read_case(find_case("pakistan_kazakhstan"))
    russian = case.settings.words["ru"]
    named = [one.title for one in case.measures] + [one.text for one in case.register.deadlines]
    named += [one.title for one in case.register.commitments] + [one.name for one in case.network.corridors]
    named += [one.name for one in case.network.crossings if one.group]
    named += [one.why_not_modelled for one in case.register.commitments if one.why_not_modelled]
    named += [one.title for one in case.register.instruments] + [one.title for one in case.register.milestones]
    assert [name for name in named if name not in russian] == []
