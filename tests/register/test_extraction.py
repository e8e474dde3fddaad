"""Extraction: what counts as a commitment, and what is read of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rahdari.documents import Document, document_from_text
from rahdari.exceptions import InputFault
from rahdari.register.commitment import COMPARATORS, KINDS, STATUSES, Commitment
from rahdari.register.extraction import extract_commitments

OPENING = (
    "Talks were held between Fiji and Norway in the capital of Fiji, Suva, and that was the first such occasion.\n\n"
)


def read(text: str, *, date: dt.date | None = None) -> tuple[Commitment, ...]:
    return extract_commitments(document_from_text(OPENING + text, date=date))


def only(text: str) -> Commitment:
    found = read(text)
    assert len(found) == 1, [commitment.quote for commitment in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("Fiji and Norway signed an agreement on air services.", "air_link", "signed"),
        ("The two sides signed 12 memorandums of understanding.", "agreement_signed", "signed"),
        ("Norway offered Fiji a loan for schools.", "finance", "offered"),
        ("The ministers agreed to lower customs duties on fish.", "trade_facilitation", "agreed"),
        ("The two sides agreed to explore a joint lithium mine.", "mining", "agreed"),
        ("Both sides discussed cooperation in counter-terrorism.", "security", "discussed"),
        ("The leaders reviewed progress on the solar power project.", "energy", "reviewed"),
        ("Both leaders supported a ceasefire in Sudan.", "diplomatic", "supported"),
        ("Norway will open an embassy in Suva next year.", "diplomatic", "planned"),
        ("Direct flights will start in June.", "air_link", "planned"),
        ("The king awarded the president the Grand Cross of the Order of Merit.", "diplomatic", "achieved"),
        ("The Parties shall promote tourism cooperation.", "tourism_culture", "agreed"),
        ("The two governments signed a contract for patrol vessels.", "defence", "signed"),
        ("Fiji proposed a joint data centre for artificial intelligence.", "digital", "offered"),
    ],
)
def test_a_sentence_gets_its_kind_and_status(text: str, kind: str, status: str) -> None:
    found = only(text)
    assert (found.kind, found.status) == (kind, status)


@pytest.mark.parametrize(
    "text",
    [
        "Norway is the largest exporter of salmon in the world.",
        "Analysts expect trade to double by 2030.",
        "The corridor could connect both oceans.",
        "Better flights would strengthen business ties.",
        "The prime minister congratulated the president on her election.",
        "Trade between the two countries reached $80 million in 2024.",
        "In 1971 the two countries signed a trade agreement, as the document of 2026 recalls.",
        "The two sides did not sign any agreement on fisheries.",
        "No agreement on fisheries was signed.",
        "Energy featured prominently in the talks.",
        "The agreement will boost trade and create jobs.",
        "If the two sides agree on fisheries, trade may grow.",
        "It also offers Norway direct access to seaports.",
    ],
)
def test_facts_opinions_and_history_are_no_commitments(text: str) -> None:
    assert read(text) == ()


def test_a_target_has_value_base_comparator_and_deadline() -> None:
    found = only("The two countries agreed to raise trade from nearly $80 million to at least $200 million by 2030.")
    assert (found.value, found.unit, found.comparator, found.baseline) == (200e6, "USD", "at_least", 80e6)
    assert found.deadline is not None
    assert (found.deadline.text, found.deadline.latest) == ("by 2030", dt.date(2030, 12, 31))


def test_a_stock_fact_beside_a_commitment_is_its_base() -> None:
    found = only("At present 300 Fijian students study in Norway. Both countries agreed to expand academic exchanges.")
    assert (found.value, found.unit, found.baseline) == (None, "students", 300)


def test_stages_of_a_target_are_rows_of_their_own() -> None:
    found = read("The two sides agreed to raise bilateral trade to $100 million by 2027 and $300 million by 2032.")
    assert [(c.value, c.deadline.text if c.deadline else None) for c in found] == [(1e8, "by 2027"), (3e8, "by 2032")]


def test_a_sentence_with_two_subjects_is_cut_in_two() -> None:
    text = "The two sides agreed to resume direct flights and to establish a joint military exercise."
    assert [c.kind for c in read(text)] == ["air_link", "defence"]


def test_a_repeated_promise_is_one_row_with_mentions() -> None:
    found = only(
        "Both countries agreed to raise trade to $200 million. The mood was warm. "
        "Fiji and Norway agreed to increase their trade from $80 million to $200 million by 2030."
    )
    assert found.baseline == 80e6
    assert [mention.quote for mention in found.mentions] == ["Both countries agreed to raise trade to $200 million."]


def test_a_list_belongs_to_the_sentence_before_it() -> None:
    found = only("The two sides signed nine agreements. These cover mining, tourism and health.")
    assert (found.value, found.sectors) == (9, ("mining", "tourism", "health"))


def test_items_continue_the_line_that_opens_their_list() -> None:
    found = read("The two sides agreed to:\n\n- open a consulate in Suva;\n- train police officers.\n")
    assert [(c.kind, c.status) for c in found] == [("diplomatic", "agreed"), ("security", "agreed")]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Norway offered to build a terminal at the ports of Mombasa and Lamu.", ("Mombasa", "Lamu")),
        ("The two sides agreed to support a railway linking Kenya, Uganda and Norway.", ("Kenya", "Uganda", "Norway")),
        ("Leaders reviewed progress on the Iran-Pakistan-India gas pipeline.", ("Iran", "Pakistan", "India")),
        ("Fiji and Norway signed an agreement on fisheries in Suva.", ()),
        ("The two sides agreed to launch flights between Suva and Oslo.", ("Suva", "Oslo")),
        ("The president received the Nishan-i-Pakistan, the highest civilian award.", ()),
        ("Norway offered to dredge the ports of Lirra and Ostey.", ("Lirra", "Ostey")),
        ("The two sides agreed to pave the Orvan - Telm - Quell road.", ("Orvan", "Telm", "Quell")),
        ("They agreed to open a customs post at Orvan-Telm.", ("Orvan", "Telm")),
        ("Norway will build a bridge over the Sovri River.", ("Sovri",)),
        ("The sides agreed to repair the Ostey road and to revive the Silk Road.", ("Ostey",)),
        ("They discussed a branch campus in Lima Al-Orva.", ("Lima Al-Orva",)),
        ("They agreed to build a railway connecting Ostey with Lower Telm.", ("Ostey", "Lower Telm")),
        ("They agreed to boost cargo through the Port of Baku.", ("Baku",)),
        ("Norway will build a 40 MW wind farm in the Ulvik area.", ("Ulvik",)),
        ("The sides agreed to launch flights from Nadi to Lirra.", ("Nadi", "Lirra")),
        ("Norway offered to clean Lake Orvan and to patrol the Gulf of Telm.", ("Lake Orvan", "Gulf of Telm")),
        (
            "The sides agreed to extend the railway from Chile through the territory of Norway to Lirra.",
            ("Chile", "Norway", "Lirra"),
        ),
        ("The two leaders condemned the violence in Haiti and called for peace.", ("Haiti",)),
        ("They agreed to pave the road to \u0141\u00f3d\u017a.", ("\u0141\u00f3d\u017a",)),
        ("The parties agreed to convene the group with the participation of Chile.", ()),
        ("Norway signed a memorandum with the Institut Teknologi Bandung on fisheries.", ()),
        ("Fiji and Norway signed an Agreement on Assistance in Customs Matters.", ()),
    ],
)
def test_places_are_objects_and_not_actors_or_venues(text: str, places: tuple[str, ...]) -> None:
    assert only(text).places == places


def test_an_event_takes_its_place_from_the_visit() -> None:
    found = read("The prime minister began a visit to Lima. A business forum took place during the visit.")
    assert [c.places for c in found if c.kind == "investment_forum"] == [("Lima",)]


def test_the_parties_are_those_of_the_document_or_those_given() -> None:
    text = OPENING + "Both sides agreed to expand trade."
    assert extract_commitments(document_from_text(text))[0].parties == ("FJI", "NOR")
    assert extract_commitments(document_from_text(text), parties=("NZL", "AUS"))[0].parties == ("NZL", "AUS")


@pytest.mark.parametrize(
    ("parties", "unit"), [("India and Oman", "INR"), ("Nepal and Oman", "NPR"), ("Pakistan and Oman", "PKR")]
)
def test_a_currency_whose_name_is_shared_is_that_of_a_party(parties: str, unit: str) -> None:
    text = f"{parties} met. The two sides agreed to invest 30 million rupees in a cement plant."
    assert [c.unit for c in extract_commitments(document_from_text(text))] == [unit]


def test_each_stage_of_a_target_has_the_deadline_nearest_to_it() -> None:
    text = "They agreed to bring trade to $5 billion by 2028, and in the longer run, by 2032, to $9 billion."
    assert [(c.value, c.deadline.text if c.deadline else None) for c in read(text)] == [
        (5e9, "by 2028"),
        (9e9, "by 2032"),
    ]


def test_names_of_a_case_are_places_too() -> None:
    text = OPENING + "Norway offered to build a terminal at Quwa-1."
    assert extract_commitments(document_from_text(text), places=["Quwa-1"])[0].places == ("Quwa-1",)
    assert extract_commitments(document_from_text(text))[0].places == ()


def test_the_record_has_the_keys_of_the_contract() -> None:
    record = only("Both sides agreed to expand trade.").as_record()
    assert list(record) == [
        "id", "quote", "start", "end", "mentions", "parties", "kind", "status", "value", "unit", "comparator",
        "baseline",
        "deadline", "places", "sectors",
    ]  # fmt: skip


def test_a_language_without_a_lexicon_is_a_fault() -> None:
    with pytest.raises(InputFault, match="lexicons for: en, ru"):
        extract_commitments(document_from_text("Οι δύο πλευρές συμφώνησαν να αυξήσουν το εμπόριο."))


RUSSIAN = "Фиджи и Норвегия провели переговоры на высоком уровне, и это была первая встреча.\n\n"


@pytest.mark.parametrize(
    ("text", "kind", "status", "value"),
    [
        (
            "Стороны договорились увеличить товарооборот с 80 млн до 1,2 млрд. долларов США к 2030 г.",
            "trade_target",
            "agreed",
            1.2e9,
        ),
        ("По итогам переговоров подписаны 12 документов.", "agreement_signed", "signed", 12),
        ("Норвежская сторона предложила построить терминал в порту.", "port_access", "offered", None),
        ("Министры обсудили открытие прямых авиарейсов.", "air_link", "discussed", None),
        ("Стороны рассмотрели ход строительства газопровода.", "energy", "reviewed", None),
        ("Норвегия планирует выделить 1 250 стипендий до 2030 года.", "education", "planned", 1250),
        ("Лидеры поддержали упрощение таможенных процедур.", "trade_facilitation", "supported", None),
        ("Президент награжден орденом Дружбы.", "diplomatic", "achieved", None),
    ],
)
def test_russian_is_read_by_the_same_rules(text: str, kind: str, status: str, value: float | None) -> None:
    found = extract_commitments(document_from_text(RUSSIAN + text))
    assert [(c.kind, c.status, c.value) for c in found] == [(kind, status, value)]


@pytest.mark.parametrize(
    "text", ["Эксперты считают, что торговля может вырасти вдвое.", "Стороны не подписали соглашение."]
)
def test_russian_opinions_and_denials_are_no_commitments(text: str) -> None:
    assert extract_commitments(document_from_text(RUSSIAN + text)) == ()


def test_outcomes_in_a_list_are_told_by_their_nouns() -> None:
    items = ("a proposal from Norway for a joint naval exercise", "an agreement to open a consulate in Suva")
    found = read("Outcomes of the talks:\n\n" + "".join(f"- {item};\n" for item in items))
    assert [(c.kind, c.status) for c in found] == [("defence", "offered"), ("diplomatic", "agreed")]


def test_an_item_may_be_shorter_than_the_line_that_it_continues() -> None:
    line = "Guided by the spirit of friendship and after long talks on many matters of interest the sides agreed to:"
    assert [c.kind for c in read(f"{line}\n\n- expand trade in fish\n- open a consulate in Suva\n")] == [
        "trade_target",
        "diplomatic",
    ]


def test_the_rows_of_a_plan_are_commitments_and_its_head_is_none() -> None:
    head = "The sides agreed to:\n\n| Measure | Who | Deadline |\n|---|---|---|\n"
    found = only(head + "| Open a consulate | Ministry of trade | by 2027 |\n")
    assert (found.kind, found.status, found.deadline.text if found.deadline else "") == (
        "diplomatic",
        "agreed",
        "by 2027",
    )


def test_a_subject_serves_the_verbs_that_follow() -> None:
    found = only("The ministers met on Monday and agreed to open a consulate in Bergen.")
    assert (found.kind, found.status, found.places) == ("diplomatic", "agreed", ("Bergen",))


def test_a_place_that_no_table_knows_is_known_by_its_preposition() -> None:
    assert only("The two sides agreed to build a ferry terminal in Lower Quorn.").places == ("Lower Quorn",)
    assert only("The two sides agreed to build a ferry terminal in March.").places == ()


def test_a_name_that_no_table_knows_may_offer_but_an_outsider_may_not() -> None:
    assert only("Hansen offered a loan for schools.").status == "offered"
    assert read("Analysts welcomed the visit and offered advice on energy.") == ()


def test_a_figure_that_points_back_takes_unit_and_base_from_the_sentence_before() -> None:
    found = only("Some 300 Fijian students study in Norway. The two sides agreed to raise this number to 900 by 2030.")
    assert (found.kind, found.value, found.unit, found.baseline) == ("education", 900, "students", 300)
    found = only("The sides agreed to double the number of weekly flights from three to six.")
    assert (found.value, found.unit, found.baseline) == (6, "flights", 3)


PIECES = st.sampled_from(
    [
        "Kenya", "Peru", "both sides", "agreed", "to", "signed", "will", "$", "5", "billion", "by", "2030", "from", ",",
        ";", ".",
        "\n", "and",
        "over two dozen",
        "-", "the", "port", "of", "Mombasa", "corridor linking", "within", "the next", "years",
        "999999999999999", "1.2.3", "’s",
        "These cover", ":", "- ", "offered", "half a", "\n\n- ", "agreed to:\n\n- ",
        "\u202e", "\x85", "İ", "ß", "%", "“",
    ]
)  # fmt: skip


def as_document(text: str) -> Document:
    return dataclasses.replace(document_from_text(text, date=dt.date(2026, 1, 31)), language="en")


@settings(deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(" ".join)))
def test_any_text_is_read_without_a_fault_and_always_the_same(text: str) -> None:
    document = as_document(text)
    found = extract_commitments(document)
    assert found == extract_commitments(as_document(text))
    assert len({commitment.id for commitment in found}) == len(found)
    for commitment in found:
        assert text[commitment.start : commitment.end] == commitment.quote != ""
        assert all(text[m.start : m.end] == m.quote for m in commitment.mentions)
        assert commitment.kind in KINDS
        assert commitment.status in STATUSES
        assert commitment.comparator is None or commitment.comparator in COMPARATORS
        assert (commitment.value is None) == (commitment.comparator is None)
        assert (commitment.value is None and commitment.baseline is None) == (commitment.unit is None)


@pytest.mark.parametrize(
    "piece", ["$1 billion to ", "Kenya, ", "agreed to and ", "a " * 10, "by 2030 ", "Kenya-", "-", "9"]
)
def test_a_long_line_costs_time_in_proportion(piece: str) -> None:
    def seconds(length: int) -> float:
        document = as_document("Both sides agreed " + piece * (length // len(piece)))
        start = time.perf_counter()
        extract_commitments(document)
        return time.perf_counter() - start

    seconds(2_000)
    assert seconds(160_000) < 40 * max(seconds(20_000), 0.01)
