"""Passages: structure as exact spans of the text."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.documents import Document, detect_language, document_from_text
from rahdari.documents.document import PassageKind


def words(document: Document, kind: PassageKind) -> list[str]:
    return [document.words_of(passage) for passage in document.of_kind(kind)]


def sentences(text: str) -> list[str]:
    return words(document_from_text(text), PassageKind.SENTENCE)


def test_sentences_end_at_stops_and_not_at_abbreviations() -> None:
    text = (
        "Mr. Khan met Dr. A. B. Silva at 5 p.m. on Monday. Trade was $2.5 bn. in 2024. "
        "The U.S. Senate agreed. It did so."
    )
    assert sentences(text) == [
        "Mr. Khan met Dr. A. B. Silva at 5 p.m. on Monday.",
        "Trade was $2.5 bn. in 2024.",
        "The U.S. Senate agreed.",
        "It did so.",
    ]


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    assert sentences("“We agreed.” They left.") == ["“We agreed.”", "They left."]


def test_lines_wrapped_by_an_editor_are_one_sentence() -> None:
    text = "The sides agreed to open a consulate in the city of\nCebu and to hold talks there in the coming\nyear.\n"
    assert len(sentences(text)) == 1


def test_a_short_line_without_a_stop_is_a_heading() -> None:
    text = "What comes next\nThe sides will meet again in Lima.\n"
    assert words(document_from_text(text), PassageKind.HEADING) == ["What comes next"]


def test_markdown_headings_and_items_lose_their_marks() -> None:
    document = document_from_text("# Article 1\n\n- The first point.\n- The second point.\n", markdown=True)
    assert words(document, PassageKind.HEADING) == ["Article 1"]
    assert words(document, PassageKind.ITEM) == ["The first point.", "The second point."]


def test_numbered_articles_are_items() -> None:
    document = document_from_text("1. The sides met.\n2. The sides agreed.\n")
    assert words(document, PassageKind.ITEM) == ["The sides met.", "The sides agreed."]


def test_a_notice_without_a_stop_is_a_sentence() -> None:
    assert sentences("Chile and Peru sign 3 MoUs") == ["Chile and Peru sign 3 MoUs"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ANKARA, March 4, 2026 - The sides met.", dt.date(2026, 3, 4)),
        ("Joint statement\n\nLima, 5th of May 2024\n\nThe sides met.", dt.date(2024, 5, 5)),
        ("2025-11-30\nThe sides met.", dt.date(2025, 11, 30)),
        ("Outcome document\nLima, 9 - 11 May 2024\n\nThe sides met.", dt.date(2024, 5, 11)),
        ("The two presidents, who met in Lima on 5 and 6 May 2024, agreed as follows.", dt.date(2024, 5, 6)),
        (
            (
                "The two sides, guided by their treaty of friendship and good neighbourliness of 3 May 1999, "
                "agreed to act by 1 June 2030."
            ),
            None,
        ),
        ("The sides met.\n\nDone at Hanoi on 28 March 2025 in two copies.", dt.date(2025, 3, 28)),
        ("The sides met and recalled that their friendship, which is old and deep, began on 28 March 1965.", None),
        ("The sides met on 31 February 2025.", None),
    ],
)
def test_a_document_dates_itself_by_its_dateline_or_closing_line(text: str, date: dt.date | None) -> None:
    assert document_from_text(text).date == date


def test_the_language_is_known_by_its_frequent_words() -> None:
    assert detect_language("The two sides agreed to raise the level of trade between the countries.") == "en"
    assert detect_language("Стороны договорились увеличить товарооборот между странами.") == "ru"
    assert detect_language("Сторони домовилися збільшити товарообіг до мільярда доларів у 2030 році. " * 5) is None
    assert detect_language("Les deux parties ont convenu de porter les échanges à un milliard de dollars; " * 5) is None
    assert detect_language("12 345") is None


@given(st.text(max_size=400))
def test_every_passage_is_a_trimmed_span_inside_its_parent(text: str) -> None:
    document = document_from_text(text)
    assert document.text == text
    for passage in document.passages:
        found = document.words_of(passage)
        assert found
        assert found == found.strip()
        if passage.kind is PassageKind.SENTENCE:
            assert passage.parent is not None
            parent = document.passages[passage.parent]
            assert parent.start <= passage.start < passage.end <= parent.end


@given(st.text(alphabet="Aa. \n?!\"'-*#1()", max_size=300))
def test_no_word_is_lost_between_passages(text: str) -> None:
    document = document_from_text(text)
    covered = {
        place
        for passage in document.passages
        if passage.kind in (PassageKind.SENTENCE, PassageKind.HEADING)
        for place in range(passage.start, passage.end)
    }
    lost = "".join(text[place] for place in range(len(text)) if place not in covered)
    assert "A" not in lost.replace("A)", "").replace("A.", "")


def test_the_rows_of_a_table_are_kept_without_its_rule() -> None:
    document = document_from_text(
        "The plan follows.\n\n| Action | By |\n|---|---|\n| Open a port | 2030 |\n", markdown=True
    )
    assert words(document, PassageKind.ROW) == ["Action | By", "Open a port | 2030"]
    assert sentences("| Open a port. Soon | 2030 |") == ["Open a port. Soon | 2030"]
