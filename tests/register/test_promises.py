"""Promises: verbs, nouns and places in a text by which something is promised, and what only looks like it."""

from __future__ import annotations

import pytest

from rahdari.documents import document_from_text
from rahdari.register.commitment import Commitment
from rahdari.register.extraction import extract_commitments

OPENING = (
    "Talks were held between Fiji and Norway in the capital of Fiji, Suva, and that was the first such occasion.\n\n"
)


def read(text: str) -> tuple[Commitment, ...]:
    return extract_commitments(document_from_text(OPENING + text))


def told(text: str) -> list[tuple[str, str]]:
    return [(commitment.kind, commitment.status) for commitment in read(text)]


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("AGREED to build a ferry terminal in Lautoka.", "port_access", "agreed"),
        ("They committed themselves to finance a fund of 20 million dollars.", "finance", "agreed"),
        ("It was convened to treble the commercial exchanges.", "trade_target", "agreed"),
        ("They subscribed an agreement on fisheries.", "agriculture", "signed"),
        (
            "The sides welcomed the signing, on the same day, of an accord on customs data.",
            "trade_facilitation",
            "signed",
        ),
        ("The leaders welcomed with interest the offer of Norway to train pilots.", "education", "offered"),
        ("Norway has put at the disposal of Fijian ships a berth in Bergen.", "port_access", "offered"),
        ("The Norwegian side is willing to import more Fijian sugar.", "agriculture", "offered"),
        ("The Union is ready to offer a loan for the power grid.", "energy", "offered"),
        ("The sides dealt with the question of direct flights.", "air_link", "discussed"),
        ("They took note of the interest of Norwegian firms in tuna fishing.", "agriculture", "discussed"),
        ("Both sides highly evaluated the first year of the customs agreement.", "trade_facilitation", "reviewed"),
        ("Relations were elevated to a strategic partnership.", "diplomatic", "achieved"),
        ("It is envisaged to open a consulate in Suva.", "diplomatic", "planned"),
        ("Up to 9 million dollars in grants will be made available by 2028.", "finance", "planned"),
        (
            "The leaders requested the relevant ministries to draft an agreement on tourism.",
            "tourism_culture",
            "agreed",
        ),
        ("Progress will be reported to the co-chairs twice a year.", "diplomatic", "planned"),
        ("The Norwegian side undertook to lease two hangars by 2028.", "other", "agreed"),
    ],
)
def test_a_promise_is_known_by_many_words(text: str, kind: str, status: str) -> None:
    assert told(text) == [(kind, status)]


@pytest.mark.parametrize(
    "text",
    [
        "Norway informed its partners that it will invest 9 billion kroner of its own resources in roads.",
        "Fiji recalls that it intends to cover half of its power from solar plants by 2030.",
        "The president briefed his guest on the national programme to connect villages to the grid.",
        "The sides noted with satisfaction that trade reached 90 million dollars.",
        "They would do well to recall that the power line is backed by a working group.",
        "Both sides consider that farm products hold the greatest promise.",
        "They have shown interest, people close to the talks said, and the money has to be spent.",
        "They discussed the state of bilateral relations.",
        "They voiced concern at piracy and condemned the attacks on ships.",
        "The mission, which last met in 2018, was dissolved years ago.",
    ],
)
def test_own_affairs_facts_and_feelings_are_no_promises(text: str) -> None:
    assert told(text) == []


def test_a_year_of_the_past_beside_what_is_to_come_does_not_make_it_past() -> None:
    opening = "The two sides met in 2026. "
    assert told(opening + "The joint commission, which last met in 2018, will be convened in Bergen.") == [
        ("diplomatic", "planned")
    ]
    assert told(opening + "The sides reviewed the customs agreement, in force since 1 July 2024.") == [
        ("trade_facilitation", "reviewed")
    ]
    assert told(opening + "In 2018 the two sides signed a customs agreement.") == []


def test_two_promises_of_one_sentence_are_two_rows_with_its_words() -> None:
    text = "The two sides agreed to resume direct flights, and Norway will grant 40 scholarships."
    found = read(text)
    assert [commitment.kind for commitment in found] == ["air_link", "education"]
    assert {commitment.quote for commitment in found} == {text}


def test_what_was_talked_about_and_then_agreed_is_one_promise() -> None:
    assert told("They discussed a gas pipeline and agreed to continue the exchange of technical data.") == [
        ("energy", "agreed")
    ]


def test_a_semicolon_ends_a_quote() -> None:
    found = read("The sides agreed: to open a consulate in Suva; to lower customs duties on fish.")
    assert [commitment.quote for commitment in found] == [
        "The sides agreed: to open a consulate in Suva",
        "to lower customs duties on fish.",
    ]


def test_some_of_three_parties_bind_only_themselves() -> None:
    text = (
        "The presidents of Fiji, Norway and Kenya held a trilateral summit. Fiji and Kenya agreed to link their ports."
    )
    found = extract_commitments(document_from_text(text))
    assert [commitment.parties for commitment in found] == [("FJI", "KEN")]


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("One of the highlights was the signing of an agreement on tourism.", "tourism_culture", "signed"),
        ("There was an exchange of eight memoranda.", "agreement_signed", "signed"),
        ("It is planned to build a container terminal in Suva.", "port_access", "planned"),
        ("A new airline route was also announced.", "air_link", "planned"),
        ("Norway announced a loan of 90 million dollars for Fiji.", "finance", "offered"),
        ("The declaration stresses the importance of a rail link.", "transport_corridor", "supported"),
        ("The readiness to supply electricity was underscored.", "energy", "offered"),
        ("Other outcomes include plans to open a consulate in Bergen.", "diplomatic", "planned"),
        ("The king extended an invitation to the president to visit Oslo.", "diplomatic", "offered"),
        ("Ministers have given the green light to a customs accord.", "trade_facilitation", "agreed"),
        ("Visas will be abolished for holders of ordinary passports.", "tourism_culture", "planned"),
        ("Vinmo will invest 40 million dollars in a sugar refinery.", "finance", "planned"),
        ("They agreed to swiftly conclude the agreement on air services.", "air_link", "agreed"),
    ],
)
def test_nouns_passives_and_names_that_no_table_knows_promise_too(text: str, kind: str, status: str) -> None:
    assert told(text) == [(kind, status)]


@pytest.mark.parametrize(
    "text",
    [
        "Concurred that the world is facing many crises in trade and energy.",
        "The customs agreement signed in 2019 covers fish.",
        "The accord on energy will provide a platform for many firms.",
        "The leaders expressed satisfaction with the warm reception.",
        "The visa agreement is expected to ease travel.",
        "The declaration will boost trade.",
    ],
)
def test_views_effects_and_descriptions_are_no_promises(text: str) -> None:
    assert told(text) == []


def test_lines_without_full_stops_are_a_list_and_no_headings() -> None:
    lines = "Fiji and Norway signed an agreement on tourism\n\nNorway will grant 40 scholarships\n"
    assert told(f"The results are many.\n\n{lines}") == [("tourism_culture", "signed"), ("education", "planned")]


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("Vinmo, for its part, committed to developing wind farms.", "energy", "agreed"),
        ("Norway strongly supports the membership of Fiji in the Security Council.", "diplomatic", "supported"),
        ("The next session of the joint commission is scheduled for May.", "diplomatic", "planned"),
        ("The police forces are going to hold operations against smuggling next year.", "security", "planned"),
        ("We want to see trade at 90 million dollars by 2030.", "trade_target", "planned"),
        ("A labour arrangement is to be negotiated.", "other", "planned"),
        ("The business forum ended on Friday with 90 firms present.", "investment_forum", "achieved"),
        ("A laboratory of Norway will supply vaccines for cattle.", "agriculture", "planned"),
    ],
)
def test_asides_adverbs_and_plain_verbs_are_no_hindrance(text: str, kind: str, status: str) -> None:
    assert told(text) == [(kind, status)]


def test_what_is_said_of_the_occasion_does_not_give_the_kind() -> None:
    text = "The sides agreed to raise mutual trade, the minister said following the meeting of the joint commission."
    assert told(text) == [("trade_target", "agreed")]


def test_two_things_of_one_sentence_are_two_promises() -> None:
    text = "The sides agreed to raise trade to 90 million dollars, and an agreement on customs is to be signed by May."
    assert told(text) == [("trade_target", "agreed"), ("trade_facilitation", "planned")]


def test_names_and_deadlines_do_not_give_the_kind() -> None:
    assert told("The two airlines will open a new route to Port Moresby before the Hajj season of 2027.") == [
        ("air_link", "planned")
    ]


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("Fiji's airline adds a third weekly flight to Bergen from May 2027.", "air_link", "planned"),
        ("The two governments will promote a circuit of old churches.", "other", "planned"),
        ("The supply of natural gas was the main topic of the negotiations.", "energy", "discussed"),
        ("Norway joins Fiji in calling for a ceasefire.", "diplomatic", "supported"),
        ("They gave instructions to the customs services to lower duties.", "trade_facilitation", "agreed"),
        ("Norwegian firms were offered a share in the copper mine.", "mining", "offered"),
        ("Both sides pledged not to raise tariffs.", "trade_facilitation", "agreed"),
    ],
)
def test_deeds_with_a_day_joint_deeds_and_passives_are_promises(text: str, kind: str, status: str) -> None:
    assert told(text) == [(kind, status)]


@pytest.mark.parametrize(
    "text",
    [
        "This Agreement shall remain in force until 1 May 2031.",
        "Upon the invitation of the king, the president paid a visit to Oslo.",
        "Norway could join the customs union by May 2031.",
    ],
)
def test_final_clauses_invitations_of_the_past_and_doubts_are_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("The ministers proceeded to the signature of an accord on customs.", "trade_facilitation", "signed"),
        ("Norway made known that it will raise to 30 the scholarships for Fijians.", "education", "planned"),
        ("Fiji renewed its support for a ceasefire.", "diplomatic", "supported"),
        ("The possibility of direct flights came up as well.", "air_link", "discussed"),
        ("A gas firm from Bergen secured rights to a field off Suva.", "energy", "signed"),
    ],
)
def test_roundabout_words_of_promise_are_read(text: str, kind: str, status: str) -> None:
    assert told(text) == [(kind, status)]


@pytest.mark.parametrize(
    ("text", "value", "deadline"),
    [
        ("Target: bilateral trade of USD 800m by 2030.", 8e8, "by 2030"),
        ("Goal is two-way trade of $2bn by 2031.", 2e9, "by 2031"),
        ("1/3 Target: bilateral trade of USD 800m by 2030. #Fiji", 8e8, "by 2030"),
    ],
)
def test_a_target_told_in_a_note_s_style_is_one(text: str, value: float, deadline: str) -> None:
    (found,) = read(text)
    assert (found.kind, found.value) == ("trade_target", value)
    assert found.deadline is not None
    assert found.deadline.text == deadline
    assert not found.quote.startswith("1/3")


def test_an_instrument_signed_is_told_without_an_auxiliary_in_a_note() -> None:
    assert told("MoU inked on fintech.") == [("agreement_signed", "signed")]
