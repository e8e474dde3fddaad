"""Numbers: quantities in a sentence, with unit and comparator, in whole units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from rahdari.register.lexicon import Lexicon, NumberWords, Unit
from rahdari.register.numerals import Numeral, join_range, range_joint, read_numeral
from rahdari.register.phrases import Hit, PhraseTable, Token

# A unit's noun stands at most this many words after its number ("two dozen electric city buses").
NOUN_REACH = 4
# "the two central banks" are known already; a larger number is told, article or not.
LARGEST_KNOWN = 10
PERCENT = "percent"
Entry = TypeVar("Entry")


class Measure(StrEnum):
    """What a quantity measures."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written: `value` in whole `unit`, the token range of number and unit, and how it is bounded.

    `last` follows the unit where a table knows it, else the number.
    """

    value: float
    unit: str
    measure: Measure
    comparator: str
    first: int
    last: int
    is_baseline: bool


def find_amounts(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Quantity, ...]:
    """The quantities that carry a unit or noun of their own: money, counts of things, percentages and multiples."""
    found: list[Quantity] = []
    position = 0
    while position < len(tokens):
        quantity = _quantity_at(tokens, position, lexicon)
        if quantity is None:
            position += 1
            continue
        found.append(quantity)
        position = max(quantity.last, position + 1)
    return _join_ranges(found, tokens, lexicon.numbers)


def _quantity_at(tokens: tuple[Token, ...], position: int, lexicon: Lexicon) -> Quantity | None:
    words = lexicon.numbers
    multiple = words.multipliers.get(tokens[position].word)
    following = tokens[position + 1].word if position + 1 < len(tokens) else ""
    if multiple is not None and following not in words.not_multiplied:
        return Quantity(multiple, "times", Measure.TIMES, "exactly", position, position + 1, False)
    part = _longest_at(words.fractions, tokens, position)
    if part is not None:
        return _quantity(part.entry, PERCENT, Measure.PERCENT, tokens=tokens, span=(position, part.last), words=words)
    currency = _longest_at(words.currencies, tokens, position)
    numeral = _numeral_or_range(tokens, currency.last if currency else position, position, words)
    if numeral is None:
        return None
    if currency:
        return _quantity(
            numeral.value, currency.entry, Measure.MONEY, tokens=tokens, span=(position, numeral.last), words=words
        )
    return _quantity_by_what_follows(numeral, position, tokens, lexicon)


def _numeral_or_range(tokens: tuple[Token, ...], position: int, start: int, words: NumberWords) -> Numeral | None:
    """The number at a token; a range whose unit stands only after its upper end is that of its lower end."""
    low = read_numeral(tokens, position, words) if position < len(tokens) else None
    if low is None:
        return None
    after = range_joint(tokens, low, start, words)
    if after is None:
        return low
    sign = _longest_at(words.currencies, tokens, after)
    high = read_numeral(tokens, sign.last if sign else after, words)
    years = is_year(tokens[low.first].raw) and low.bare
    return (join_range(low, high) or low) if high is not None and not years else low


def _quantity_by_what_follows(
    numeral: Numeral, position: int, tokens: tuple[Token, ...], lexicon: Lexicon
) -> Quantity | None:
    words, last = lexicon.numbers, numeral.last
    if numeral.scaled and last + 1 < len(tokens) and tokens[last].raw == "." and tokens[last + 1].raw[0].islower():
        last += 1  # the stop of an abbreviated scale
    times = _times_end(tokens, position, last, words)
    if times is not None:
        return _quantity(numeral.value, "times", Measure.TIMES, tokens=tokens, span=(position, times), words=words)
    money = _longest_at(words.currencies, tokens, last)
    if money and (numeral.scaled or tokens[last].word not in lexicon.words["function_words"]):
        return _quantity(
            numeral.value, money.entry, Measure.MONEY, tokens=tokens, span=(position, money.last), words=words
        )
    unit, after = _unit_at(tokens, last, lexicon)
    if unit is not None and unit.name == PERCENT:
        return _quantity(numeral.value, PERCENT, Measure.PERCENT, tokens=tokens, span=(position, after), words=words)
    if (
        _is_heading_number(tokens, numeral)
        or is_date_or_ordinal(tokens, numeral, lexicon)
        or (_is_article(numeral) and (unit is None or unit.factor == 1))
    ):
        return None
    if unit is not None:
        value = numeral.value * unit.factor
        return _quantity(value, unit.name, Measure.COUNT, tokens=tokens, span=(position, after), words=words)
    noun = None if _is_known_already(tokens, numeral, words) else _noun_after(tokens, numeral, lexicon)
    if noun is None:
        return None
    return _quantity(numeral.value, noun, Measure.COUNT, tokens=tokens, span=(position, last), words=words)


def _times_end(tokens: tuple[Token, ...], position: int, last: int, words: NumberWords) -> int | None:
    """The token after a multiple ("3 times", "by three" after "multiply"), None where it is none or only a rate."""
    if _is_multiplied(tokens, position, words):
        return last
    fold = _longest_at(words.fold, tokens, last)
    return fold.last if fold is not None and not _is_rate(tokens, fold.last, words) else None


def _is_heading_number(tokens: tuple[Token, ...], numeral: Numeral) -> bool:
    """Whether a number opens a sentence as its paragraph's ("2.4 Peru asked")."""
    if numeral.first or not numeral.bare or numeral.last >= len(tokens):
        return False
    return "." in tokens[0].raw and tokens[numeral.last].raw[0].isupper()


def _is_article(numeral: Numeral) -> bool:
    """Whether it is "one" with a noun: an article, not a count."""
    return numeral.value == 1 and not numeral.bare


def _is_known_already(tokens: tuple[Token, ...], numeral: Numeral, words: NumberWords) -> bool:
    """Whether a small number in words follows "the", "both" or "its": it tells who, not how many are promised."""
    spelled = not tokens[numeral.first].is_number and not numeral.scaled and numeral.value <= LARGEST_KNOWN
    return spelled and numeral.first > 0 and tokens[numeral.first - 1].word in words.known_after


def _is_multiplied(tokens: tuple[Token, ...], position: int, words: NumberWords) -> bool:
    """Whether the words before a number multiply by it: "multiply trade by three"."""
    starts = range(max(position - 7, 0), position)
    return any(hit.last == position for start in starts for hit in words.multiplied.find_at(tokens, start, position))


def _is_rate(tokens: tuple[Token, ...], position: int, words: NumberWords) -> bool:
    """Whether "three times" goes on with "a week": how often, not how many fold."""
    return any(True for _ in words.rates.find_at(tokens, position, len(tokens))) if position < len(tokens) else False


def _longest_at(table: PhraseTable[Entry], tokens: tuple[Token, ...], position: int) -> Hit[Entry] | None:
    """The longest phrase that begins at a token."""
    if position >= len(tokens):
        return None
    hits = (hit for hit in table.find_at(tokens, position, len(tokens)) if _is_tight(tokens, hit))
    return max(hits, key=lambda hit: hit.last, default=None)


def _is_tight(tokens: tuple[Token, ...], hit: Hit[Entry]) -> bool:
    """Whether a currency's letter touches its sign: "A$75" is Australian, "a $75 million line" is not."""
    if tokens[hit.last - 1].raw != "$" or hit.last - hit.first < 2:
        return True
    return tokens[hit.last - 1].start == tokens[hit.last - 2].end


def _unit_at(tokens: tuple[Token, ...], position: int, lexicon: Lexicon) -> tuple[Unit | None, int]:
    """The unit whose noun follows a number with no function word between ("40 places for students")."""
    if position >= len(tokens):
        return None, position
    hits = [
        hit
        for hit in lexicon.numbers.units.find_at(tokens, position, len(tokens))
        if hit.entry.name == PERCENT
        or not any(_parts_noun(token, lexicon) for token in tokens[position : hit.last - 1] if not token.is_mark)
    ]
    if not hits:
        return None, position
    # "200 student visas": the noun is the last of its words; where it comes first, the nearest, or a longer symbol.
    if lexicon.numbers.head_first:
        symbols = [hit for hit in hits if not hit.entry.name.islower()]
        chosen = max(symbols, key=lambda hit: hit.last) if symbols else min(hits, key=lambda hit: hit.last)
    else:
        chosen = max(hits, key=lambda hit: hit.last)
    return chosen.entry, chosen.last


def _parts_noun(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word between a number and a noun shows that the noun is not what is counted."""
    return _ends_noun(token, lexicon) or token.word in lexicon.numbers.not_counted


def _ends_noun(token: Token, lexicon: Lexicon) -> bool:
    words = lexicon.words["function_words"]
    return token.is_mark or token.is_number or token.word in words or token.word in lexicon.numbers.noun_ends


def is_year(raw: str) -> bool:
    """Whether a token's text may be a year of these two centuries."""
    return len(raw) == 4 and raw.isdecimal() and "1900" <= raw <= "2199"


def is_date_or_ordinal(tokens: tuple[Token, ...], numeral: Numeral, lexicon: Lexicon) -> bool:
    """Whether a numeral is a year, a day of a month or an ordinal ("the 3rd round")."""
    token = tokens[numeral.first]
    following = tokens[numeral.last] if numeral.last < len(tokens) else None
    if following is not None and following.word in lexicon.month_of:
        return True
    if not numeral.bare:
        return False
    if is_year(token.raw):
        unit, _ = _unit_at(tokens, numeral.last, lexicon)
        return unit is None
    if numeral.first and tokens[numeral.first - 1].word in lexicon.month_of:
        return True
    return following is not None and following.start == token.end and following.word in lexicon.numbers.not_counted


def _noun_after(tokens: tuple[Token, ...], numeral: Numeral, lexicon: Lexicon) -> str | None:
    """The noun that is counted, None where the number is part of an adjective ("five-year", "two-state")."""
    if tokens[numeral.last - 1].before_hyphen and tokens[numeral.last - 1].word not in lexicon.numbers.scales:
        return None
    return noun_at(tokens, numeral.last, lexicon)


def noun_at(tokens: tuple[Token, ...], start: int, lexicon: Lexicon) -> str | None:
    """The last of the words that follow up to a mark, a name or a function word: the noun of what they name."""
    unit, _ = _unit_at(tokens, start, lexicon)
    if unit is not None:
        return unit.name
    nouns: list[Token] = []
    for token in tokens[start : start + NOUN_REACH]:
        if token.raw == "+":
            continue
        if _ends_noun(token, lexicon):
            break
        if token.word in lexicon.numbers.not_counted or token.word in lexicon.possessives:
            return None
        nouns.append(token)
    common = [token for token in nouns if token.raw[0].islower()]
    return (common or nouns)[-1].word if nouns else None


def _quantity(
    value: float, unit: str, measure: Measure, *, tokens: tuple[Token, ...], span: tuple[int, int], words: NumberWords
) -> Quantity:
    first, last = span
    comparator, start = comparator_before(tokens, first, words)
    baseline = is_baseline(tokens, start, last, words)
    return Quantity(rounded(value), unit, measure, comparator, first, last, baseline)


def rounded(value: float) -> float:
    """Whole numbers stay whole: 2.3 million is 2300000, not 2299999.9999999995."""
    nearest = float(round(value))
    return nearest if abs(nearest - value) <= 1e-9 * max(abs(value), 1.0) else value


def comparator_before(tokens: tuple[Token, ...], first: int, words: NumberWords) -> tuple[str, int]:
    """How a number is bounded by the words before it, and the token where they begin."""
    for start in range(max(first - 4, 0), first):
        for hit in words.comparators.find_at(tokens, start, first):
            if hit.last == first:
                return hit.entry, start
    return "exactly", first


def is_baseline(tokens: tuple[Token, ...], start: int, last: int, words: NumberWords) -> bool:
    """Whether the words around a quantity say that the promise starts from it ("from", "currently", "last year")."""
    for before in range(max(start - 6, 0), start):
        if any(hit.last == start for hit in words.baseline_before.find_at(tokens, before, start)):
            return True
    return last < len(tokens) and any(True for _ in words.baseline_after.find_at(tokens, last, len(tokens)))


def _join_ranges(found: list[Quantity], tokens: tuple[Token, ...], words: NumberWords) -> tuple[Quantity, ...]:
    """Quantities as found, a range whose both ends carry the unit ("between 5% and 7%") as its lower end."""
    kept: list[Quantity] = []
    for quantity in found:
        before = kept[-1] if kept else None
        joint = tuple(token.word for token in tokens[before.last : quantity.first]) if before is not None else ()
        opened = before is not None and any(
            token.word in words.between for token in tokens[max(before.first - 3, 0) : before.first]
        )
        ranged = len(joint) == 1 and (
            (joint[0] in words.range_and and opened)
            or (joint[0] in words.range_to and not _after_from(before, tokens, words))
        )
        if before is not None and ranged and before.unit == quantity.unit and before.value < quantity.value:
            kept[-1] = replace(before, last=quantity.last)
        else:
            kept.append(quantity)
    return tuple(kept)


def _after_from(quantity: Quantity | None, tokens: tuple[Token, ...], words: NumberWords) -> bool:
    if quantity is None:
        return False
    _, start = comparator_before(tokens, quantity.first, words)
    return quantity.is_baseline or (start > 0 and tokens[start - 1].word in words.changed_from)
