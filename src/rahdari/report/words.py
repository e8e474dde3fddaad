"""The words of one language: fixed sentences of the catalogue, and figures and dates as that language writes them.

`labels.csv` is the one catalogue: a key a row, a language a column. Another language is a column of translations, its
numbers, dates and direction of writing with it, and no code.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from rahdari.case import Case
from rahdari.exceptions import unknown_name
from rahdari.register.lexicon import known_lexicons, read_rows

DEFAULT_LANGUAGE = "en"
MINUS = "\u2212"
WIDE = "\u00a0"
NONE = "–"
LEAST_CHANCE = 1000  # no smaller chance than one in so many is told


@cache
def read_catalogue() -> Mapping[str, Mapping[str, str]]:
    """Texts by language, then by key, as the catalogue has them."""
    text = files("rahdari").joinpath("report/labels.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    languages = [name for name in rows[0] if name != "key"]
    return MappingProxyType(
        {language: MappingProxyType({row["key"]: row[language] for row in rows}) for language in languages}
    )


def find_words(language: str, *, case: Case | None = None) -> Words:
    """The words of a language of the catalogue, with the case's own translations of its names; else InputFault."""
    catalogue = read_catalogue()
    if language not in catalogue:
        raise unknown_name("language", language, known=catalogue)
    names = {} if case is None else dict(case.settings.words.get(language, {}))
    if case is not None and language in set(known_lexicons()) - {DEFAULT_LANGUAGE}:
        english = case.country_names()
        told = {row["iso3"]: row["name"] for row in read_rows(language, "countries.csv")}
        names = {english[code]: name for code, name in told.items() if code in english} | names
    return Words(language, catalogue[language], MappingProxyType(names))


@dataclass(frozen=True, slots=True)
class Words:
    """One language's texts by key, and a case's names with their translations; called with a key it gives the text."""

    language: str
    texts: Mapping[str, str]
    names: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The catalogue's text of that key with the values set in; a key that it lacks raises KeyError."""
        text = self.texts[key]
        return text.format(**values) if values else text

    @property
    def direction(self) -> str:
        """'ltr' or 'rtl'."""
        return self.texts["direction"]

    def name(self, text: str) -> str:
        """A name or note of the case in this language, where the case translates it, else as the case has it."""
        return self.names.get(text, text)

    def term(self, group: str, id_: str, default: str = "") -> str:
        """The catalogue's word for an id of some group; without one `default`, or the id as words."""
        return self.texts.get(f"{group}.{id_}") or default or say_identifier(id_)

    def setting(self, setting: str) -> str:
        """What the routes of a setting suppose: 'before the closure', 'today'."""
        return self.texts.get("setting." + "-".join(re.findall(r"[a-z]+", setting)), self.name(setting))

    def digits(self, value: float, places: int) -> str:
        """A number with so many decimal places, separators of this language and a true minus."""
        value = 0.0 if round(value, places) == 0 else value  # no minus before nothing
        plain = f"{value:,.{places}f}".replace(",", "\0").replace(".", self.texts["number.decimal"])
        return plain.replace("\0", self.texts["number.thousands"]).replace("-", MINUS)

    def number(self, value: float) -> str:
        """A number with two or three digits that matter: '1,263', '24', '8.2', '0.45'."""
        size = abs(value)
        if size == 0:
            return "0"
        if size < 0.005:
            return self("number.under", value=self.digits(0.01, 2)) if value > 0 else self("number.above")
        return self.digits(value, 0 if size >= 10 else 1 if size >= 1 else 2)

    def amount(self, value_musd: float | None) -> str:
        """An amount in USD million as a bare number for a table whose heading names the unit; a dash for none."""
        return NONE if value_musd is None else self.number(value_musd)

    def percent(self, fraction: float) -> str:
        """A fraction as a percentage: '62 %', '0.8 %', '0.06 %'."""
        value = fraction * 100
        size = abs(value)
        return self("number.percent", value=self.digits(value, 0 if size >= 10 or size == 0 else 1 if size >= 1 else 2))

    def tonnes(self, tonnes: float | None) -> str:
        """Tonnes to three digits: '1,260,000 t'; a dash where the measure is not about transit."""
        if tonnes is None:
            return NONE
        step = 10 ** max(0, len(str(int(abs(tonnes)))) - 3)
        return self("number.tonnes", value=self.digits(round(tonnes / step) * step if abs(tonnes) >= 0.5 else 0, 0))

    def days(self, hours: float) -> str:
        """Hours as days with one decimal: '11.0'."""
        return self.digits(hours / 24, 1)

    def money(self, value_musd: float) -> str:
        """An amount in words: '$228 million', '$1 billion', '$1.3 billion'."""
        if abs(value_musd) >= 1000:
            return self(
                "money.billion",
                value=self.digits(value_musd / 1000, 1).removesuffix(self.texts["number.decimal"] + "0"),
            )
        return self("money.million", value=self.digits(value_musd, 0 if abs(value_musd) >= 10 else 1))

    def chance(self, probability: float, *, draws: int = LEAST_CHANCE) -> str:
        """A probability in words: 'less than 1 in 1,000', 'about 1 in 40', '35 in 100'.

        A share of few `draws` says no less than one of them.
        """
        least = min(draws, LEAST_CHANCE)
        if probability < 1 / least:
            return self("chance.least", count=self.digits(least, 0))
        if probability < 0.1:
            whole = round(1 / probability)
            step = 100 if whole >= 200 else 10 if whole >= 20 else 1
            return self("chance.one_in", count=self.digits(round(whole / step) * step, 0))
        if probability > 0.99:
            return self("chance.most")
        return self("chance.in_hundred", count=round(probability * 100))

    def short_chance(self, probability: float, *, draws: int = LEAST_CHANCE) -> str:
        """A chance in few words: 'under 1 in 1,000', '1 in 140', '35 in 100'."""
        least = min(draws, LEAST_CHANCE)
        if probability < 1 / least:
            return self.together(self("chance.least_short", count=self.digits(least, 0)))
        return self.together(self.chance(probability).removeprefix(self.texts["chance.about"]))

    def together(self, text: str) -> str:
        """The text with '1 in 140' kept on one line."""
        word = re.escape(self.texts["chance.word"])
        return re.sub(rf"(\d) ({word}) (\d)", rf"\1{WIDE}\2{WIDE}\3", text)

    def day(self, day: date | None) -> str:
        """A day in words: '4 February 2027'; a dash for none."""
        if day is None:
            return NONE
        return self("date.long", day=day.day, month=self.texts[f"month.of.{day.month}"], year=day.year)

    def short_date(self, day: date) -> str:
        """A day for a narrow column, unbroken: '4 Feb 2027'."""
        return f"{day.day}{WIDE}{self.texts[f'month.short.{day.month}']}{WIDE}{day.year}"

    def short_month(self, day: date) -> str:
        """A month for a narrow column: 'Dec 2025'."""
        return f"{self.texts[f'month.short.{day.month}']}{WIDE}{day.year}"

    def month(self, day: date) -> str:
        """A month in words: 'December 2025'."""
        return f"{self.texts[f'month.{day.month}']} {day.year}"

    def join(self, names: Sequence[str]) -> str:
        """Names joined by commas and 'and'."""
        if len(names) < 2:
            return "".join(names)
        return ", ".join(names[:-1]) + self.texts["list.and"] + names[-1]

    def first_of(self, names: Sequence[str], count: int) -> str:
        """The first `count` names and how many more there are."""
        left = len(names) - count
        return self.join([*names[:count], self("list.more", count=left)]) if left > 0 else self.join(names)

    def status(self, status: str) -> str:
        """A status of a commitment, an instrument or a milestone in words."""
        return self.term("status", status) if status else self("status.none")

    def state(self, state: str) -> str:
        """A state of a border, strait or service in words."""
        return self.term("state", state)

    def unit_value(self, value: float, unit: str) -> str:
        """A value with its unit in words: '60 %', '9 months', '0.76'."""
        if unit == "fraction":
            return self.percent(value)
        words = self.texts.get(f"unit.{unit}.one" if value == 1 else f"unit.{unit}", self.term("unit", unit))
        return f"{self.plain(value)} {'' if words == NONE else words}".rstrip()

    def plain(self, value: float) -> str:
        """A figure as its source gives it: four digits, or all of a whole number from a thousand."""
        if abs(value) >= 1000:
            return self.digits(value, 0)
        return f"{value:.4g}".replace(".", self.texts["number.decimal"]).replace("-", MINUS)

    def direction_of(self, case: Case, flow: str) -> str:
        """A direction: 'Pakistan to Kazakhstan'."""
        exporter, _, importer = flow.partition("-")
        return self("flow.direction", a=self.name(case.name_of(exporter)), b=self.name(case.name_of(importer)))

    def flow(self, case: Case, flow: str) -> str:
        """What a book counts: 'trade both ways', or 'only exports of Pakistan to Kazakhstan'."""
        if flow == "turnover":
            return self("flow.both")
        exporter, _, importer = flow.partition("-")
        return self("flow.one", a=self.name(case.name_of(exporter)), b=self.name(case.name_of(importer)))

    def parties(self, case: Case) -> str:
        """The case's parties: 'Pakistan and Kazakhstan'."""
        return self.join([self.name(case.name_of(party)) for party in case.settings.parties])


def say_identifier(text: str) -> str:
    """An id as words: 'commercial-contracts' as 'commercial contracts'."""
    return re.sub(r"[-_]+", " ", text).strip()


def capitalise(text: str) -> str:
    """The text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]
