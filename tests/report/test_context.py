"""The context's figures are the appraisal's."""

from __future__ import annotations

import dataclasses
from datetime import date

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.citations import Citations, safe_url
from rahdari.report.context import build_context
from rahdari.report.levels import baseline_strength, say_level
from rahdari.report.page import ReportContext
from rahdari.report.plain import to_plain
from rahdari.report.words import Words


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_each_book_has_a_card_with_its_baseline_and_its_chances(
    context: ReportContext, answer: Appraisal, say: Words
) -> None:
    assert len(context.books) == len(answer.books)
    for card, (name, book) in zip(context.books, answer.books.items(), strict=True):
        assert card.multiple == f"{answer.required[name].growth:.1f}"
        assert f"${book.baseline.value_musd:,.0f} million" == card.baseline
        for row, deadline in zip(card.chances, answer.deadlines, strict=True):
            assert plain(row.inside) == say.chance(book.probability[deadline.id], draws=answer.draws_used)
            assert plain(row.outside) == say.chance(book.outside_view[deadline.id])
            assert plain(row.pooled) == say.chance(book.pooled[deadline.id])


def test_no_path_at_the_target_is_told_by_the_rule_of_three(islands: Case, answer: Appraisal, say: Words) -> None:
    name = next(iter(answer.books))
    first = answer.deadlines[0].id
    never = dataclasses.replace(answer.books[name], probability=dict.fromkeys(answer.books[name].probability, 0.0))
    context = build_context(islands, dataclasses.replace(answer, books={**answer.books, name: never}), say=say)
    assert never.probability[first] == 0
    assert context.books[0].chances[0].error == "0 of 40 paths: fewer than 3 in 40"


def test_the_fan_table_holds_every_year_and_quantile(context: ReportContext, answer: Appraisal, say: Words) -> None:
    for panel, book in zip(context.fans, answer.books.values(), strict=True):
        assert len(panel.table.rows) == len(book.history) + len(book.path)
        last, without = book.path[-1], book.without[-1]
        expected = (last.p05, last.p10, last.p25, last.p50, last.p75, last.p90, last.p95, without.p50)
        assert panel.table.rows[-1][2:] == tuple(say.number(value) for value in expected)


def test_measures_stand_by_what_they_bring_in_the_first_book(
    context: ReportContext, answer: Appraisal, say: Words
) -> None:
    book = next(iter(answer.books))
    ranked = sorted(answer.measures, key=lambda one: -one.shapley_musd[book])
    assert context.measures.rows[0].title == ranked[0].title
    assert [row.title for row in context.measures.rows][:2] == [one.title for one in ranked][:2]
    assert context.measures.rows[0].full == say.number(ranked[0].full_effect_musd[book])
    assert context.measures.by_book[0].rows[-1][1] == say.number(answer.total_effect_musd[book])


def test_every_commitment_is_shown_once_with_its_status(context: ReportContext, islands: Case) -> None:
    rows = [row for group in context.register.groups for row in group.rows]
    assert sorted(row.title for row in rows) == sorted(one.title for one in islands.register.commitments)


def test_every_commitment_that_is_not_modelled_stands_with_its_reason(
    context: ReportContext, answer: Appraisal
) -> None:
    assert sum(len(row.links) for row in context.not_modelled) == len(answer.not_modelled)


def test_what_is_shut_today_has_its_first_day_and_when_it_was_verified(context: ReportContext) -> None:
    shut = [row for row in context.routes.obstacles if row.state == "shut"]
    assert [(row.name, row.since, row.verified) for row in shut] == [
        ("East Bridge and West Bridge", "1 January 2026", "30 March 2026")
    ]


def test_sources_are_numbered_from_one_without_gaps(context: ReportContext) -> None:
    assert [one.number for one in context.sources] == list(range(1, len(context.sources) + 1))


def test_the_context_is_plain_json(context: ReportContext) -> None:
    held = to_plain(context)
    assert isinstance(held, dict)
    assert held["headline"] == context.headline


def test_only_web_addresses_are_linked() -> None:
    assert safe_url(" https://example.org/a?b=1 ") == "https://example.org/a?b=1"
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org",
        "https://[",
        "",
        "x",
    ):
        assert safe_url(address) == ""


def test_a_note_cites_the_sources_that_it_names(partnership: Case, say: Words) -> None:
    citations = Citations(partnership, say)
    name = next(name for name in partnership.sources if any(letter.isdigit() for letter in name) and "-" in name)
    passages = citations.weave(f"Shut again ({name}), said pak-customs.")
    assert [one.text for one in passages] == ["Shut again (", "), said pak-customs."]
    assert passages[0].citations[0].number == 1


def test_a_baseline_that_no_source_gives_whole_is_said_to_be_about_so(
    partnership: Case, answer: Appraisal, say: Words
) -> None:
    last = date(2025, 12, 31)
    assert baseline_strength(partnership, "kaz-customs", end=last, flows=("PAK-KAZ", "KAZ-PAK")) == "D"
    assert baseline_strength(partnership, "pak-sbp", end=date(2025, 6, 30), flows=("PAK-KAZ", "KAZ-PAK")) in "AB"
    book = dataclasses.replace(answer.books["north-customs"])
    held = dataclasses.replace(answer, books={"kaz-customs": dataclasses.replace(
        book, baseline=dataclasses.replace(book.baseline, end=last, by_direction={"PAK-KAZ": 1.0}, value_musd=107.4)
    )})  # fmt: skip
    assert say_level(partnership, held, "kaz-customs", say) == "about $107 million"
