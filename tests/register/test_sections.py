"""Sections: what a heading, a list's form or a table says of lines without a verb of their own."""

from __future__ import annotations

import pytest

from rahdari.documents import document_from_text
from rahdari.register.extraction import extract_commitments

OPENING = (
    "Talks were held between Fiji and Norway in the capital of Fiji, Suva, and that was the first such occasion.\n\n"
)


def told(text: str) -> list[tuple[str, str]]:
    return [(c.kind, c.status) for c in extract_commitments(document_from_text(OPENING + text))]


@pytest.mark.parametrize(
    ("heading", "status"),
    [
        ("Agreements exchanged", "signed"),
        ("Issues under discussion", "discussed"),
        ("Agreed actions", "agreed"),
        ("Next steps", "planned"),
    ],
)
def test_a_heading_gives_its_lines_their_status(heading: str, status: str) -> None:
    items = "- A possible currency swap of the two central banks.\n- Supply of natural gas to Bergen.\n"
    assert told(f"{heading}\n\n{items}") == [("finance", status), ("energy", status)]


def test_nothing_is_promised_under_a_heading_of_background() -> None:
    assert told("Background\n\nThe two sides agreed to resume direct flights.") == []


def test_each_instrument_of_a_list_is_a_row() -> None:
    items = "1. MoU between the two ministries of culture on tourism.\n2. Agreement on customs data.\n"
    assert told(f"Results of the visit\n\n{items}") == [("tourism_culture", "signed"), ("trade_facilitation", "signed")]
    lines = "Memorandum of Understanding on tourism\n\nAgreement on customs data\n"
    assert told(f"Results of the visit\n\n{lines}") == [("tourism_culture", "signed"), ("trade_facilitation", "signed")]


def test_an_item_that_opens_with_a_plain_verb_is_agreed() -> None:
    assert told("Pillar 1\n\n- Open a consulate in Suva.\n- Prepare a study of a gas pipeline.\n") == [
        ("diplomatic", "agreed"),
        ("energy", "agreed"),
    ]


def test_a_dated_item_without_a_verb_is_planned_and_a_stock_is_not() -> None:
    assert told("Pillar 1\n\n- Joint study of floating solar power, by May 2027.\n") == [("energy", "planned")]
    assert told("Pillar 1\n\n- Currently 300 students in Norway, since 2020.\n") == []


def test_a_noun_with_a_figure_and_a_purpose_is_planned() -> None:
    assert told("Roads\n\n- A loan of 38 million dollars for the Lautoka bypass.\n") == [("finance", "planned")]
    assert told("Roads\n\n- Exports of fish reached 38 million dollars.\n") == []


def test_a_line_with_a_label_dates_the_action_above_it() -> None:
    text = OPENING + "Plan\n\n1. Open a consulate in Suva.\nResponsible: foreign ministries.\nTerm: by May 2027.\n"
    found = extract_commitments(document_from_text(text))
    assert [(c.kind, c.deadline.text if c.deadline else None) for c in found] == [("diplomatic", "by May 2027")]


def test_a_column_of_actions_needs_no_verb() -> None:
    head = "| No. | Action | Responsible | Deadline |\n|---|---|---|---|\n"
    row = "| 1 | Joint study of tidal power | Ministries of energy | by 2027 |\n"
    assert told(head + row) == [("energy", "agreed")]


def test_columns_of_years_are_the_stages_of_a_target() -> None:
    table = "| Indicator | Now | 2028 | 2031 |\n|---|---|---|---|\n| Two-way trade (USD million) | 40 | 70 | 100 |\n"
    found = extract_commitments(document_from_text(OPENING + "The talks of May 2026 went well.\n\n" + table))
    assert [(c.kind, c.value, c.unit, c.baseline, c.deadline.text if c.deadline else "") for c in found] == [
        ("trade_target", 70e6, "USD", 40e6, "2028"),
        ("trade_target", 100e6, "USD", 40e6, "2031"),
    ]


def test_a_heading_that_counts_the_list_under_it_is_a_row() -> None:
    lines = "Agreements exchanged (total: 2)\n\n1. MoU on tourism.\n2. Agreement on customs data.\n"
    assert told(lines)[0] == ("agreement_signed", "signed")
    assert len(told(lines)) == 3


def test_the_name_of_an_item_is_no_promise() -> None:
    items = "1. **Transport.** Fiji will open a rail link.\n2. **Tourism.** Norway will open a bureau for tourists.\n"
    assert told(f"Decisions\n\n{items}") == [("transport_corridor", "planned"), ("tourism_culture", "planned")]
