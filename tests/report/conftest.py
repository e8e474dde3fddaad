from __future__ import annotations

import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.result import Appraisal
from rahdari.case import Case, find_case, read_case
from rahdari.report.context import build_context
from rahdari.report.page import ReportContext
from rahdari.report.rendering import render_page
from rahdari.report.words import Words, find_words


@pytest.fixture(scope="session")
def islands() -> Case:
    return read_case(find_case("two_islands"))


@pytest.fixture(scope="session")
def partnership() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


@pytest.fixture(scope="session")
def answer(islands: Case) -> Appraisal:
    """A whole appraisal of the invented case, with few draws."""
    return appraise(islands, Options(draws=40))


@pytest.fixture(scope="session")
def say(islands: Case) -> Words:
    return find_words("en", case=islands)


@pytest.fixture(scope="session")
def context(islands: Case, answer: Appraisal, say: Words) -> ReportContext:
    return build_context(islands, answer, say=say)


@pytest.fixture(scope="session")
def html(context: ReportContext) -> str:
    return render_page(context)
