"""The page: nothing leaves it, nothing of a case injects, every chart can be read without seeing it."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path
from types import MappingProxyType

import pytest

from rahdari.appraisal.result import Appraisal, SettingAnswer
from rahdari.case import Case
from rahdari.report.page import ReportContext
from rahdari.report.rendering import render_page, render_report
from tests.report.pages import take_apart

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7 * 7 }} & '</style>"


def test_the_same_appraisal_gives_the_same_bytes(islands: Case, answer: Appraisal, html: str) -> None:
    assert render_report(islands, answer) == html


def test_the_page_stays_below_a_megabyte_and_a_half(html: str) -> None:
    assert len(html.encode()) < 1_500_000


def test_nothing_is_loaded_from_outside(html: str) -> None:
    page = take_apart(html)
    loading = {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "source",
        "video",
        "audio",
        "image",
        "base",
        "form",
    }
    assert {tag.name for tag in page.tags} & loading == set()
    assert all(tag.attributes["href"].startswith("#") for tag in page.named("use"))
    assert not any("src" in tag.attributes or "xlink:href" in tag.attributes for tag in page.tags)
    style = "".join(page.styles) + "".join(tag.attributes.get("style", "") for tag in page.tags)
    assert "url(" not in style
    assert "@import" not in style
    assert not any(name.startswith("on") for tag in page.tags for name in tag.attributes)


def test_the_policy_forbids_all_but_the_pages_own_style(html: str) -> None:
    policies = [
        tag.attributes["content"]
        for tag in take_apart(html).named("meta")
        if tag.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")


def test_every_link_leads_to_a_place_on_the_page_or_to_the_web(html: str) -> None:
    page = take_apart(html)
    places = {tag.attributes["id"] for tag in page.tags if "id" in tag.attributes}
    for tag in page.named("a"):
        target = tag.attributes["href"]
        if target.startswith("#"):
            assert target[1:] in places
        else:
            assert target.startswith(("http://", "https://"))


def test_no_id_stands_twice(html: str) -> None:
    ids = [tag.attributes["id"] for tag in take_apart(html).tags if "id" in tag.attributes]
    assert len(ids) == len(set(ids))


def test_the_page_names_no_path_of_the_machine(html: str, islands: Case) -> None:
    assert str(islands.folder) not in html
    assert str(Path.home()) not in html


def test_every_chart_has_a_name_a_description_and_a_table(html: str, answer: Appraisal) -> None:
    page = take_apart(html)
    charts = [tag for tag in page.named("svg") if tag.attributes.get("role") == "img"]
    # a fan and a waterfall, what the outlook hangs on and a frontier a book, a map a setting, one of the corridors
    frontiers = [one for one in answer.frontiers if one.basis == "delivered"]
    bars = (*answer.waterfalls, *answer.sensitivity, *frontiers)
    assert len(charts) == len(answer.books) + len(bars) + len(answer.routes) + 1
    for chart in charts:
        for name in chart.attributes["aria-labelledby"].split():
            assert re.search(rf'id="{name}">[^<]{{10,}}<', html)
    others = [tag for tag in page.named("svg") if tag.attributes.get("role") != "img"]
    assert all(tag.attributes.get("aria-hidden") == "true" for tag in others)
    figures = html.split("<figure>")[1:]
    assert len(figures) == len(charts)
    assert all("<table" in figure.split("</figure>")[0] for figure in figures)


def test_every_table_has_a_caption_and_headings(html: str) -> None:
    tables = re.findall(r"<table.*?</table>", html, flags=re.DOTALL)
    assert tables
    assert all("<caption" in table and 'scope="col"' in table for table in tables)


def test_headings_go_down_one_level_at_a_time(html: str) -> None:
    levels = [int(tag.name[1]) for tag in take_apart(html).tags if re.fullmatch(r"h[1-6]", tag.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.fixture(scope="module")
def hostile(islands: Case, answer: Appraisal) -> str:
    """The page of a case in which every text that a reader sees has been tampered with."""
    register = dataclasses.replace(
        islands.register,
        commitments=tuple(
            dataclasses.replace(one, title=HOSTILE, deadline=HOSTILE) for one in islands.register.commitments
        ),
        milestones=tuple(
            dataclasses.replace(one, title=HOSTILE, evidence=HOSTILE) for one in islands.register.milestones
        ),
    )
    network = dataclasses.replace(
        islands.network,
        nodes=tuple(dataclasses.replace(one, name=HOSTILE) for one in islands.network.nodes),
        crossings=tuple(dataclasses.replace(one, name=HOSTILE) for one in islands.network.crossings),
        states=tuple(dataclasses.replace(one, note=HOSTILE) for one in islands.network.states),
    )
    sources = {
        name: dataclasses.replace(one, title=HOSTILE, note=HOSTILE, url="javascript:alert(1)//https://example.org")
        for name, one in islands.sources.items()
    }
    case = dataclasses.replace(islands, register=register, network=network, sources=MappingProxyType(sources))
    books = {name: dataclasses.replace(book, title=HOSTILE) for name, book in answer.books.items()}
    measures = tuple(dataclasses.replace(one, title=HOSTILE) for one in answer.measures)
    assumptions = tuple(dataclasses.replace(one, reason=HOSTILE) for one in answer.assumptions)
    deadlines = tuple(dataclasses.replace(one, text=HOSTILE) for one in answer.deadlines)
    tampered = dataclasses.replace(
        answer,
        title=HOSTILE,
        books=MappingProxyType(books),
        measures=measures,
        assumptions=assumptions,
        deadlines=deadlines,
    )
    return render_report(case, tampered)


def test_texts_of_a_case_do_not_become_markup(hostile: str) -> None:
    page = take_apart(hostile)
    assert {tag.name for tag in page.tags} & {"script", "img"} == set()
    assert not any(name.startswith("on") for tag in page.tags for name in tag.attributes)
    assert len(page.named("style")) == 1
    assert "{{ 7 * 7 }}" in page.text
    assert hostile.count("&lt;script&gt;") > 10


def test_an_address_that_is_no_web_page_is_not_linked(hostile: str) -> None:
    assert not any("javascript" in tag.attributes.get("href", "") for tag in take_apart(hostile).tags)


def test_disputed_borders_are_dashed_and_explained(partnership: Case, answer: Appraisal) -> None:
    setting = SettingAnswer(
        setting="today",
        date=partnership.as_of,
        start="Karachi",
        end="Almaty",
        commodity="Cotton",
        routes=(
            dataclasses.replace(
                answer.routes[0].routes[0], nodes=("karachi", "lahore", "kashgar", "bishkek", "almaty")
            ),
        ),
        closed=(),
    )
    books = {name: dataclasses.replace(book, flow="turnover") for name, book in answer.books.items()}
    html = render_report(
        partnership,
        dataclasses.replace(
            answer, as_of=partnership.as_of, routes=(setting,), books=MappingProxyType(books), not_modelled=()
        ),
    )
    page = take_apart(html)
    dashed = [tag for tag in page.named("path") if tag.attributes.get("class") == "border disputed"]
    assert any(len(tag.attributes["d"]) > 200 for tag in dashed)
    assert re.search(r"\.border\.disputed \{[^}]*stroke-dasharray", "".join(page.styles))
    assert "no position is taken" in page.text
    assert "Kashmir" in page.text


def test_a_page_without_measures_says_so(islands: Case, answer: Appraisal) -> None:
    without = dataclasses.replace(answer, measures=(), portfolio=(), latest_starts=(), returns=())
    html = render_report(islands, without)
    assert "No measure is counted here." in html
    assert "--measures none" in html


def test_every_field_of_the_context_is_on_the_page(context: ReportContext, html: str) -> None:
    changed = dataclasses.replace(context, headline="Another verdict.")
    assert "Another verdict." in render_page(changed)
    assert "Another verdict." not in html
