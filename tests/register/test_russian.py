"""Russian: promises, places and figures of our own sentences, read as their English equals would be."""

from __future__ import annotations

import pytest

from rahdari.documents import document_from_text
from rahdari.register.commitment import Commitment
from rahdari.register.extraction import extract_commitments
from rahdari.register.gazetteer import load_gazetteer
from rahdari.register.inflection import inflect, inflect_adjective
from rahdari.register.phrases import tokenize

OPENING = "Улан-Батор, 4 февраля 2026 года. Президенты Монголии и Вьетнама провели переговоры.\n\n"


def only(text: str) -> Commitment:
    found = extract_commitments(document_from_text(OPENING + text))
    assert len(found) == 1, [commitment.quote for commitment in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Стороны условились нарастить взаимную торговлю до 300 млн долларов.", "agreed"),
        ("Главы правительств дали поручение ускорить строительство железной дороги.", "agreed"),
        ("Достигнута договоренность об открытии филиала университета.", "agreed"),
        ("Поставлена задача утроить экспорт мяса.", "agreed"),
        ("Поручить министерствам энергетики разработать проект линии электропередачи.", "agreed"),
        ("Подписан меморандум о сотрудничестве в сфере туризма.", "signed"),
        ("Монгольская сторона выразила готовность поставлять уголь для электростанций.", "offered"),
        ("Предложено создать совместный инвестиционный фонд.", "offered"),
        ("Вьетнам намерен построить в Дархане логистический центр.", "planned"),
        ("Авиакомпания с 1 мая откроет прямые рейсы в Ханой.", "planned"),
        ("Планируется запуск контейнерного поезда.", "planned"),
        ("Президенты поддержали проведение Дней культуры.", "supported"),
        ("Отмечена важность упрощения таможенных процедур.", "supported"),
        ("Стороны считают целесообразным возобновить авиасообщение.", "supported"),
        ("Стороны высоко оценили ход реализации программы в сфере энергетики.", "reviewed"),
        ("Министры обменялись мнениями о развитии транзита.", "discussed"),
        ("Прорабатывается вопрос строительства газопровода.", "discussed"),
        ("Состоялся бизнес-форум с участием 80 компаний.", "achieved"),
    ],
)
def test_words_of_promise_give_their_status(text: str, status: str) -> None:
    assert only(text).status == status


@pytest.mark.parametrize(
    "text",
    [
        "Президент поздравил народ Монголии с праздником.",
        "В настоящее время в Монголии работают 40 вьетнамских компаний.",
        "По мнению экспертов, товарооборот может удвоиться.",
        "Стороны не договорились о тарифах на железнодорожные перевозки.",
    ],
)
def test_wishes_facts_and_opinions_are_no_promises(text: str) -> None:
    assert extract_commitments(document_from_text(OPENING + text)) == ()


def test_items_with_russian_letters_continue_their_list() -> None:
    text = "Поручить ведомствам двух стран:\nа) открыть рейсы в Ханой;\nб) построить терминал в порту Хайфон."
    found = extract_commitments(document_from_text(OPENING + text))
    assert [(c.status, c.places) for c in found] == [("agreed", ("Ханой",)), ("agreed", ("Хайфон",))]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Стороны договорились открыть рейсы из Дархана в Хошимин.", ("Дархан", "Хошимин")),
        ("Вьетнам построит терминал в порту Хайфон.", ("Хайфон",)),
        ("Стороны договорились открыть пункт пропуска «Орванча».", ("Орванча",)),
        ("Стороны обсудили коридор Монголия – Китай – Вьетнам.", ("Монголия", "Китай", "Вьетнам")),
        ("Стороны договорились построить дорогу Орвань – Тельма.", ("Орвань", "Тельма")),
        ("Стороны договорились провести выставку в Самарканде.", ("Самарканд",)),
        ("Монголия поставит уголь через Казахстан и Россию.", ("Казахстан", "Россия")),
    ],
)
def test_places_are_told_in_the_nominative(text: str, places: tuple[str, ...]) -> None:
    assert only(text).places == places


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Самарканд", "Самаркандом"), ("Бухара", "Бухару"), ("Рига", "Риги"), ("Индия", "Индией"),
        ("Казань", "Казанью"), ("Дубай", "Дубаем"), ("Афины", "Афинах"), ("Череповец", "Череповцом"),
        ("Саудовская Аравия", "Саудовскую Аравию"), ("Нижний Новгород", "Нижнем Новгороде"),
    ],
)  # fmt: skip
def test_names_decline_by_their_ending(name: str, form: str) -> None:
    assert form in inflect(name, "ru")
    assert name not in inflect(name, "ru")


def test_names_that_do_not_decline_have_one_form() -> None:
    assert inflect("Баку", "ru") == inflect("Порт-о-Пренс (город)", "ru") == inflect("Paris", "en") == ()


def test_a_country_is_known_by_its_adjective_in_every_case() -> None:
    assert {"вьетнамской", "Вьетнамская", "вьетнамско"} <= set(inflect_adjective("вьетнамский", "ru"))
    text = "вьетнамскими компаниями"
    (hit,) = load_gazetteer("ru").find(tokenize(text, 0, len(text)), text)
    assert hit.name.code == "VNM"
