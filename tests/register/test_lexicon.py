"""Lexicons: what every language's folder must hold, so that a further language is data and tests."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from rahdari.documents.languages import known_languages
from rahdari.exceptions import InputFault
from rahdari.register.commitment import COMPARATORS, KINDS, STATUSES
from rahdari.register.deadlines import READINGS
from rahdari.register.gazetteer import load_gazetteer
from rahdari.register.lexicon import known_lexicons, load_lexicon, read_rows
from rahdari.register.phrases import PhraseTable, tokenize

FOLDER = resources.files("rahdari.register") / "lexicon"


@pytest.mark.parametrize("code", known_lexicons())
def test_a_lexicon_has_a_table_of_its_language_and_names_only_known_things(code: str) -> None:
    def table(name: str) -> dict[str, object]:
        return tomllib.loads((FOLDER / code / name).read_text(encoding="utf-8"))

    assert code in known_languages()
    lexicon = load_lexicon(code)
    assert set(lexicon.kind_order) == set(KINDS)
    triggers = table("statuses.toml")["trigger"]
    assert isinstance(triggers, list)
    assert {trigger["status"] for trigger in triggers} == set(STATUSES)
    deadlines = table("deadlines.toml")["deadline"]
    assert isinstance(deadlines, list)
    assert {deadline["reading"] for deadline in deadlines} == set(READINGS)
    comparators = table("numbers.toml")["comparators"]
    assert isinstance(comparators, dict)
    assert set(comparators) == set(COMPARATORS)


@pytest.mark.parametrize("code", known_lexicons())
def test_a_gazetteer_knows_every_country_once(code: str) -> None:
    rows = read_rows(code, "countries.csv")
    assert len(rows) == len({row["iso3"] for row in rows}) == 249
    assert all(len(row["iso3"]) == 3 and row["iso3"].isupper() and row["name"] for row in rows)
    members = [member for row in read_rows(code, "groups.csv") for member in row["members"].split("|")]
    assert set(members) <= {row["iso3"] for row in rows}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Guinea-Bissau and Papua New Guinea", ["GNB", "PNG"]),
        ("the Türkiye-Georgia line", ["TUR", "GEO"]),
        ("US$5 from Niger, not Nigeria", ["NER", "NGA"]),
        ("the U.S. and the UK", ["USA", "GBR"]),
        ("Côte d’Ivoire’s cocoa", ["CIV"]),
        ("a turkey in a china shop", []),
    ],
)
def test_the_longest_name_wins_and_case_matters(text: str, codes: list[str]) -> None:
    hits = load_gazetteer("en").find(tokenize(text, 0, len(text)), text)
    assert [hit.name.code for hit in hits] == codes


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("set up", "they set up a fund", True),
        ("set up", "they set, up", False),
        ("counter-terrorism", "counter terrorism", True),
        ("counter terrorism", "counter-terrorism", True),
        ("memorand* of? understanding", "memoranda understanding", True),
        ("set a _ target", "set a new ambitious target", True),
        ("set a _ target", "set a really new ambitious shared target", False),
        ("set a _ target", "set a. New target", False),
        ("sign|signs", "signed", False),
    ],
)
def test_a_phrase_fits_words_and_no_others(phrase: str, text: str, found: bool) -> None:
    table = PhraseTable([(phrase, "x")])
    assert any(True for _ in table.find(tokenize(text, 0, len(text)))) is found


def test_an_unknown_language_is_a_fault_that_names_the_known_ones() -> None:
    with pytest.raises(InputFault) as caught:
        load_lexicon("xx")
    assert caught.value.suggestions == known_lexicons()
