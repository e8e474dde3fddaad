"""A paragraph that defines a trade indicator so that both sides can sign it, in English and in Russian.

The Russian keeps names in the nominative, so that a case's own translations (`[words.ru]` of `case.toml`) fit in; what
is not translated there stands as the case has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rahdari.claims import Book, Period

BASIS = {
    "customs": ("goods as customs record them", "товары по данным таможни"),
    "payments": ("payments for goods through banks", "платежи за товары через банки"),
    "reconciled": ("reports of both sides, reconciled", "сверенные данные обеих сторон"),
    "press": ("figures in the press", "данные прессы"),
    "mirror": ("reports of the partner", "данные партнёра"),
}
MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
          "декабря")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """What the paragraph says: the parties, the book and those shown beside it, baseline and target (USD million).

    `baseline_musd` leaves out `episode_musd`, deliveries of the starting year that are no level to grow from.
    """

    parties: tuple[str, str]
    codes: tuple[str, str]
    book: Book
    beside: tuple[str, ...]
    baseline_musd: float
    episode_musd: float
    baseline: Period
    target_musd: float
    due: Period


def write_english(one: Indicator) -> str:
    """The paragraph in English."""
    first, second = one.parties
    return (
        f"{first} and {second} (the Parties) measure their trade by one indicator. Source: {one.book.title}. "
        f"Flow: {_flow_english(one)}. Basis: {BASIS[one.book.basis][0]}; "
        f"valuation: {one.book.valuation or 'as stated'}; "
        f"partner: {one.book.partner_rule or 'as the source decides'}. Currency: United States dollars at current "
        f"prices. Period: {_year_english(one.due)}. Starting level: {_money_english(one.baseline_musd)} in the year to "
        f"{_day_english(one.baseline.end)}{_episode_english(one)}. "
        f"Target: at least {_money_english(one.target_musd)} in the year to "
        f"{_day_english(one.due.end)}. Goods in transit to or from third countries do not count. "
        f"{_beside_english(one)}Within ninety days of the end of each such year the joint working group publishes the "
        "figure, the reasons for differences between the sources, and what has been done."
    )


def write_russian(one: Indicator, words: Mapping[str, str]) -> str:
    """The paragraph in Russian, with the case's translations of its own names."""

    def say(text: str) -> str:
        return words.get(text, text)

    first, second = one.parties
    return (
        f"{say(first)} и {say(second)} (далее — Стороны) измеряют взаимную торговлю одним показателем. "
        f"Источник данных: {say(one.book.title)}. Поток: {_flow_russian(one, words)}. "
        f"Основа учёта: {BASIS[one.book.basis][1]}; оценка: {say(one.book.valuation) or 'как указано в источнике'}; "
        f"страна-партнёр: {say(one.book.partner_rule) or 'по правилам источника'}. Валюта: доллары США в текущих "
        f"ценах. Период: {_year_russian(one.due)}. Исходный уровень: {_money_russian(one.baseline_musd)} за год, "
        f"завершившийся {_day_russian(one.baseline.end)}{_episode_russian(one)}. "
        f"Цель: не менее {_money_russian(one.target_musd)} за год, "
        f"завершающийся {_day_russian(one.due.end)}. Транзит товаров третьих стран не учитывается. "
        f"{_beside_russian(one, words)}В течение девяноста дней после окончания каждого такого года совместная рабочая "
        "группа публикует значение показателя, причины расхождений между источниками и принятые меры."
    )


def _flow_english(one: Indicator) -> str:
    if one.book.flow == "turnover":
        return "exports and imports together (both directions)"
    exporter, importer = _ends(one)
    return f"exports from {exporter} to {importer} (one direction)"


def _flow_russian(one: Indicator, words: Mapping[str, str]) -> str:
    if one.book.flow == "turnover":
        return "экспорт и импорт в сумме (оба направления)"
    exporter, importer = (words.get(name, name) for name in _ends(one))
    return f"экспорт в одном направлении ({exporter} — {importer})"


def _ends(one: Indicator) -> tuple[str, str]:
    named = dict(zip(one.codes, one.parties, strict=True))
    exporter, importer = one.book.flow.split("-")
    return named[exporter], named[importer]


def _beside_english(one: Indicator) -> str:
    if not one.beside:
        return ""
    return f"Beside it, and not added to it, stand the figures of: {'; '.join(one.beside)}. "


def _beside_russian(one: Indicator, words: Mapping[str, str]) -> str:
    if not one.beside:
        return ""
    named = "; ".join(words.get(name, name) for name in one.beside)
    return f"Рядом, без суммирования, приводятся данные: {named}. "


def _episode_english(one: Indicator) -> str:
    if one.episode_musd < 1:
        return ""
    return f", without {_money_english(one.episode_musd)} of single deliveries"


def _episode_russian(one: Indicator) -> str:
    if one.episode_musd < 1:
        return ""
    return f", без учёта разовых поставок на {_money_russian(one.episode_musd)}"


def _year_english(year: Period) -> str:
    if (year.start.month, year.start.day) == (1, 1):
        return "calendar year"
    return f"reporting year from {year.start.day} {year.start:%B} to {year.end.day} {year.end:%B}"


def _year_russian(year: Period) -> str:
    if (year.start.month, year.start.day) == (1, 1):
        return "календарный год"
    return (
        f"отчётный год с {year.start.day} {MONTHS[year.start.month - 1]} по {year.end.day} {MONTHS[year.end.month - 1]}"
    )


def _day_english(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _day_russian(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} года"


def _money_english(value_musd: float) -> str:
    return f"{_figure(value_musd)} million dollars"


def _money_russian(value_musd: float) -> str:
    return f"{_figure(value_musd).replace(',', ' ').replace('.', ',')} млн долларов США"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:,.1f}"
