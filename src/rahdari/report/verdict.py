"""The answer in plain words, each sentence made from figures of the appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rahdari.appraisal.result import Appraisal, BookAnswer
from rahdari.case import Case
from rahdari.report.conditions import say_conditions
from rahdari.report.levels import say_level
from rahdari.report.reasons import say_reasons
from rahdari.report.steps import say_steps
from rahdari.report.words import Words

OUT_OF_REACH = 0.05
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in plain words: a headline, each book, what holds it back, what it would take, what to do next."""

    headline: str
    books: Mapping[str, tuple[str, ...]]
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    next_steps: tuple[str, ...]


def say_verdict(case: Case, appraisal: Appraisal, *, say: Words) -> Verdict:
    """The verdict in one language."""
    last = last_deadline(appraisal)
    return Verdict(
        headline=_headline(case, appraisal, say),
        books={name: _say_book(case, appraisal, name, say) for name in appraisal.books},
        reasons=say_reasons(case, appraisal, last=last, say=say),
        conditions=say_conditions(appraisal, last=last, say=say),
        next_steps=say_steps(case, appraisal, last=last, say=say),
    )


def last_deadline(appraisal: Appraisal) -> date:
    """The day of the latest reading of the deadline."""
    return max((one.latest for one in appraisal.deadlines), default=appraisal.as_of)


def _headline(case: Case, appraisal: Appraisal, say: Words) -> str:
    chances = [book.pooled[one.id] for book in appraisal.books.values() for one in appraisal.deadlines]
    best, worst = max(chances, default=0.0), min(chances, default=0.0)
    values = {
        "target": say.money(appraisal.target.value_musd),
        "parties": say.parties(case),
        "month": say.month(last_deadline(appraisal)),
        "best": say.chance(best),
        "worst": say.chance(worst),
    }
    outlook = "out_of_reach" if best < OUT_OF_REACH else "likely" if worst > LIKELY else "depends"
    if len(appraisal.books) == 1:
        title = next(iter(appraisal.books.values())).title
        return say(f"headline.one_{outlook}", book=say.name(title), **values)
    return say(f"headline.{outlook}", **values)


def _say_book(case: Case, appraisal: Appraisal, name: str, say: Words) -> tuple[str, ...]:
    book, required = appraisal.books[name], appraisal.required[name]
    base = book.baseline
    stands = say(
        "book.stands_both" if book.flow == "turnover" else "book.stands_one",
        book=say.name(book.title),
        value=say_level(case, appraisal, name, say),
        month=say.month(base.end),
    )
    sentences = [stands]
    if base.episode_musd:
        sentences.append(say("book.episode", value=say.money(base.episode_musd)))
    sentences.append(say("book.multiple", multiple=say.digits(required.growth, 1)))
    sentences += [
        say(
            "book.chances",
            words=say.name(one.text),
            date=say.day(one.latest),
            inside=say.chance(book.probability[one.id], draws=appraisal.draws_used),
            outside=say.chance(book.outside_view[one.id]),
            pooled=say.chance(book.pooled[one.id]),
        )
        for one in appraisal.deadlines
    ]
    enough = "book.free_short" if book.free_transport_factor < required.growth else "book.free_enough"
    sentences.append(say(enough, factor=say.digits(book.free_transport_factor, 1)))
    sentences.append(say_middle(book, say))
    if appraisal.measures:
        sentences.append(say("book.measures_add", value=say.money(appraisal.total_effect_musd[name])))
    return tuple(sentences)


def say_middle(book: BookAnswer, say: Words) -> str:
    """Where the middle path goes, and how many paths never reach the target."""
    last = book.path[-1]
    never = say("book.never", count=round(book.p_never * 100), year=last.end.year)
    if book.year_p50 is not None:
        return say("book.middle_reaches", year=book.year_p50, never=never)
    return say("book.middle_stands", value=say.money(last.p50), month=say.month(last.end), never=never)
