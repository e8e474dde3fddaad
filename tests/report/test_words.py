"""The catalogue of words: every language has every text, no sentence stands elsewhere, figures follow the language."""

from __future__ import annotations

import ast
import re
import string
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.exceptions import InputFault
from rahdari.report.rendering import render_report
from rahdari.report.words import Words, find_words, read_catalogue

REPORT = Path(str(files("rahdari"))) / "report"
# What the catalogue words: the report, the brief and their exports. Other commands' answers are not translated yet.
WORDED = (
    "bars",
    "brief",
    "charts",
    "citations",
    "context",
    "corridor_map",
    "evidence",
    "frontier",
    "leaves",
    "outcomes",
    "maps",
    "packages",
    "passages",
    "promises",
    "proposals",
    "targets",
    "verdict",
    "ways",
    "words",
)
LANGUAGES = sorted(read_catalogue())


@pytest.fixture(scope="module")
def russian() -> Words:
    return find_words("ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_a_text_in_every_language(language: str) -> None:
    texts = read_catalogue()[language]
    assert [key for key, text in texts.items() if not text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_takes_the_same_values_in_every_language(language: str) -> None:
    catalogue = read_catalogue()
    for key, text in catalogue[language].items():
        assert _fields(text) == _fields(catalogue["en"][key]), key


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_template_holds_words_of_its_own() -> None:
    for template in sorted((REPORT / "templates").glob("*.j2")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        labels = re.findall(r'(?:aria-label|title|alt)="([^"]*)"', text)
        shown = re.sub(r"<[^>]*>", "\n", text)
        assert [label for label in labels if re.search(r"[^\W\d_]", label)] == [], template.name
        assert [line for line in shown.splitlines() if re.search(r"[^\W\d_]", line)] == [], template.name


@pytest.mark.parametrize("name", WORDED)
def test_no_module_of_the_report_holds_a_sentence_of_its_own(name: str) -> None:
    tree = ast.parse((REPORT / f"{name}.py").read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert sorted(text for text in texts - docstrings if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text)) == []


def test_every_key_that_is_asked_for_stands_in_the_catalogue() -> None:
    asked = set()
    for file in [*REPORT.glob("*.py"), *(REPORT / "templates").iterdir()]:
        asked |= set(re.findall(r'\b(?:say|self)\(\s*"([a-z0-9_.-]+)"', file.read_text(encoding="utf-8")))
    assert {key for key in asked if not key.endswith(".")} <= set(read_catalogue()["en"])


def test_a_language_that_the_catalogue_lacks_is_a_fault_that_names_those_it_has() -> None:
    with pytest.raises(InputFault, match=r"Unknown language: 'rus'\. Did you mean ru"):
        find_words("rus")


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "less than 1 in 1,000"),
        (0.0012, "about 1 in 800"),
        (0.024, "about 1 in 40"),
        (0.35, "about 35 in 100"),
        (0.999, "more than 99 in 100"),
    ],
)
def test_chances_are_said_in_words(say: Words, probability: float, words: str) -> None:
    assert say.chance(probability) == words


def test_money_and_lists_are_said_in_words(say: Words) -> None:
    assert say.money(227.59) == "$228 million"
    assert say.money(1000) == "$1 billion"
    assert say.money(1340) == "$1.3 billion"
    assert say.money(2.65) == "$2.6 million"
    assert say.join(["a", "b", "c"]) == "a, b and c"
    assert say.join([]) == ""


def test_figures_and_days_follow_the_language(russian: Words) -> None:
    assert russian.money(1340) == "1,3 млрд долларов"
    assert russian.number(12345) == "12\u00a0345"
    assert russian.percent(0.0105) == "1,1\u00a0%"
    assert russian.day(date(2027, 2, 4)) == "4 февраля 2027 года"
    assert russian.month(date(2027, 6, 30)) == "июнь 2027"
    assert russian.chance(0.016) == "около 1 из 60"
    assert russian.plain(0.76) == "0,76"
    assert russian.digits(-0.001, 2) == "0,00"
    assert russian.digits(-0.5, 1) == "−0,5"


def test_countries_and_the_case_s_own_names_are_translated(partnership: Case) -> None:
    russian = find_words("ru", case=partnership)
    assert russian.parties(partnership) == "Пакистан и Казахстан"
    assert russian.name("Afghanistan") == "Афганистан"
    assert russian.name("Nowhere") == "Nowhere"


def test_a_name_with_braces_stays_as_it_is(say: Words) -> None:
    assert say("chances.book", book="{0} {x}").startswith("It is to be counted by {0} {x};")


def test_a_further_language_is_a_column_and_no_code(
    islands: Case, answer: Appraisal, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = read_catalogue()["en"]
    urdu = {key: text if _fields(text) or "." not in key else f"~{text}" for key, text in english.items()}
    own = {"direction": "rtl", "number.decimal": "٫", "number.thousands": "٬", "why.heading": "رکاوٹیں"}
    wider = {**read_catalogue(), "ur": {**urdu, **own}}
    monkeypatch.setattr("rahdari.report.words.read_catalogue", lambda: wider)
    html = render_report(islands, answer, language="ur")
    assert '<html lang="ur" dir="rtl">' in html
    assert ">رکاوٹیں<" in html
    assert find_words("ur").number(1234.5) == "1٬234"
