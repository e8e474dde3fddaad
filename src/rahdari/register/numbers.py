"""Numbers: quantities in a sentence, with unit and comparator, in whole units."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rahdari.register.lexicon import Lexicon, NumberWords
from rahdari.register.phrases import Hit, PhraseTable, Token

# A unit's noun stands at most this many words after its number ("two dozen electric city buses").
NOUN_REACH = 4
# "one hundred and twenty-five thousand six hundred" has nine words.
LONGEST_NUMERAL = 12
LARGEST = 1e18
LONGEST_GROUPED = 15
# "from 80 million to more than 200 million dollars"
CHANGE_REACH = 10
# The unit of a figure that counts what the sentence before has named.
BEFORE = ""


class Measure(StrEnum):
    """What a quantity measures."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written: `value` in whole `unit`, the token range of number and unit, and how it is bounded."""

    value: float
    unit: str
    measure: Measure
    comparator: str
    first: int
    last: int
    is_baseline: bool


@dataclass(frozen=True, slots=True)
class _Numeral:
    value: float
    first: int
    last: int
    scaled: bool


def find_quantities(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Quantity, ...]:
    """The quantities among a sentence's words: amounts of money, counts of things, percentages and multiples."""
    found: list[Quantity] = []
    position = 0
    while position < len(tokens):
        quantity = _quantity_at(tokens, position, lexicon)
        if quantity is None:
            position += 1
            continue
        found.append(quantity)
        position = max(quantity.last, position + 1)
    return _with_changes(_join_ranges(tuple(found), tokens), tokens, lexicon)


def _with_changes(found: tuple[Quantity, ...], tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Quantity, ...]:
    """Quantities as found, with the bare figures of "the number of flights from three to six" and the noun they count.

    After "this number" the noun is the sentence's before: their unit is `BEFORE`.
    """
    words = lexicon.numbers
    changes: list[Quantity] = []
    for hit in words.counted_before.find(tokens):
        noun = BEFORE if hit.entry == "anaphora" else _noun_at(tokens, hit.last, lexicon)
        for position in range(hit.last, len(tokens) - 1) if noun is not None else ():
            if tokens[position].word not in words.changed_to | words.changed_from:
                continue
            numeral = _numeral_at(tokens, position + 1, words)
            taken = numeral is None or any(q.first <= numeral.first < q.last for q in (*found, *changes))
            if numeral is None or noun is None or taken or _is_year_or_ordinal(tokens, numeral, lexicon):
                continue
            base = tokens[position].word in words.changed_from
            changes.append(
                Quantity(_rounded(numeral.value), noun, Measure.COUNT, "exactly", numeral.first, numeral.last, base)
            )
    changes += _bare_bases(found, tokens, words)
    return tuple(sorted((*found, *changes), key=lambda quantity: quantity.first)) if changes else found


def _bare_bases(found: tuple[Quantity, ...], tokens: tuple[Token, ...], words: NumberWords) -> list[Quantity]:
    """The bases of "from 80 million to 200 million dollars": the currency stands only once."""
    bases: list[Quantity] = []
    for quantity in found:
        if quantity.measure is not Measure.MONEY:
            continue
        for start in range(max(quantity.first - CHANGE_REACH, 0), quantity.first):
            if tokens[start].word not in words.changed_from or start + 1 >= quantity.first:
                continue
            numeral = _numeral_at(tokens, start + 1, words)
            joint = (
                numeral is not None and numeral.last < quantity.first and tokens[numeral.last].word in words.changed_to
            )
            if numeral is not None and joint and not any(q.first == numeral.first for q in found):
                bases.append(
                    Quantity(
                        _rounded(numeral.value), quantity.unit, Measure.MONEY, "exactly", start + 1, numeral.last, True
                    )
                )
    return bases


def _quantity_at(tokens: tuple[Token, ...], position: int, lexicon: Lexicon) -> Quantity | None:
    words = lexicon.numbers
    multiple = words.multipliers.get(tokens[position].word)
    following = tokens[position + 1].word if position + 1 < len(tokens) else ""
    if multiple is not None and following not in words.not_multiplied:
        return Quantity(multiple, "times", Measure.TIMES, "exactly", position, position + 1, False)
    currency, after = _phrase_at(words.currencies, tokens, position)
    numeral = _numeral_at(tokens, after if currency else position, words)
    if numeral is None:
        return None
    if currency:
        return _quantity(numeral, currency, Measure.MONEY, tokens=tokens, span=(position, numeral.last), words=words)
    return _quantity_by_what_follows(numeral, position, tokens, lexicon)


def _quantity_by_what_follows(
    numeral: _Numeral, position: int, tokens: tuple[Token, ...], lexicon: Lexicon
) -> Quantity | None:
    words, last = lexicon.numbers, numeral.last
    if numeral.scaled and last + 1 < len(tokens) and tokens[last].raw == "." and tokens[last + 1].raw[0].islower():
        last += 1  # the stop of an abbreviated scale
    if last < len(tokens) and tokens[last].word in words.fold:
        return _quantity(numeral, "times", Measure.TIMES, tokens=tokens, span=(position, last + 1), words=words)
    currency, after = _phrase_at(words.currencies, tokens, last)
    if currency and (numeral.scaled or tokens[last].word not in lexicon.words["function_words"]):
        return _quantity(numeral, currency, Measure.MONEY, tokens=tokens, span=(position, after), words=words)
    unit, after = _unit_at(tokens, last, lexicon)
    if unit == "percent":
        return _quantity(numeral, unit, Measure.PERCENT, tokens=tokens, span=(position, after), words=words)
    if _is_year_or_ordinal(tokens, numeral, lexicon):
        return None
    if unit:
        return _quantity(numeral, unit, Measure.COUNT, tokens=tokens, span=(position, after), words=words)
    noun = _noun_after(tokens, numeral, lexicon)
    if noun is None or (numeral.value == 1 and not tokens[position].is_number):
        return None  # "one" with a noun is an article, not a count
    return _quantity(numeral, noun, Measure.COUNT, tokens=tokens, span=(position, last), words=words)


def _phrase_at(table: PhraseTable[str], tokens: tuple[Token, ...], position: int) -> tuple[str | None, int]:
    """The entry of the longest phrase that begins at a token, and the token after it."""
    if position >= len(tokens):
        return None, position
    hits = [hit for hit in table.find_at(tokens, position, len(tokens)) if _is_tight(tokens, hit)]
    if not hits:
        return None, position
    longest = max(hits, key=lambda hit: hit.last)
    return longest.entry, longest.last


def _is_tight(tokens: tuple[Token, ...], hit: Hit[str]) -> bool:
    """Whether a currency's letter touches its sign: "A$75" is Australian, "a $75 million line" is not."""
    if tokens[hit.last - 1].raw != "$" or hit.last - hit.first < 2:
        return True
    return tokens[hit.last - 1].start == tokens[hit.last - 2].end


def _unit_at(tokens: tuple[Token, ...], position: int, lexicon: Lexicon) -> tuple[str | None, int]:
    """The unit whose noun follows a number with no function word between ("40 scholarships for students": none)."""
    unit, after = _phrase_at(lexicon.numbers.units, tokens, position)
    if (
        unit
        and unit != Measure.PERCENT
        and any(
            token.word in lexicon.words["function_words"] or token.is_mark for token in tokens[position : after - 1]
        )
    ):
        return None, position
    return unit, after


def _numeral_at(tokens: tuple[Token, ...], position: int, words: NumberWords) -> _Numeral | None:
    """A number in figures or words: "1,250.5", "two dozen", "one hundred and fifty", "half a billion"."""
    total, current, scaled, cursor, last, spelled = 0.0, None, False, position, position, False
    while cursor < min(len(tokens), position + LONGEST_NUMERAL):
        token = tokens[cursor]
        if token.is_number and current is None and not spelled:
            current, cursor = _figures_at(tokens, cursor, words)
        elif token.word in words.scales and _may_scale(tokens, cursor, current):
            factor = words.scales[token.word]
            base = current if current is not None else 1.0
            current, scaled = base * factor, True
            if factor >= 1000 and not _scale_follows(tokens, cursor, words):
                total, current = total + current, None
        elif token.word in words.joiners and cursor > position and _continues(tokens, cursor, words):
            pass
        elif token.word in words.words and not (
            token.before_hyphen and cursor == position and not _compound(tokens, cursor, words)
        ):
            value = words.words[token.word]
            if current is not None and not (spelled and value < 100):
                break
            current, spelled = (current or 0.0) + value, True
        else:
            break
        cursor += 1
        last = cursor
    value = total + (current or 0.0)
    bare_article = last == position + 1 and tokens[position].word in words.articles
    if last == position or bare_article or not 0 < value <= LARGEST:
        return None
    return _Numeral(value, position, last, scaled)


def _figures_at(tokens: tuple[Token, ...], position: int, words: NumberWords) -> tuple[float, int]:
    """The number in figures at a token and its last token: groups of three after a space are one number ("1 200")."""
    raw, cursor = tokens[position].raw, position
    while words.thousands == " " and cursor + 1 < len(tokens) and len(raw) <= LONGEST_GROUPED:
        group = tokens[cursor + 1]
        near = group.start - tokens[cursor].end == 1 and len(tokens[position].raw) <= 3
        if not (near and len(group.raw.split(words.decimal)[0]) == 3 and group.is_number):
            break
        raw, cursor = raw + group.raw, cursor + 1
    return parse_figures(raw, words), cursor


def _may_scale(tokens: tuple[Token, ...], cursor: int, current: float | None) -> bool:
    """One letter is a scale only where it touches its figure ("250m"); a scale word may stand alone ("dozens")."""
    token = tokens[cursor]
    if len(token.word) == 1:
        return current is not None and tokens[cursor - 1].is_number and tokens[cursor - 1].end == token.start
    return current is not None or len(token.word) > 3


def _scale_follows(tokens: tuple[Token, ...], cursor: int, words: NumberWords) -> bool:
    return cursor + 1 < len(tokens) and len(tokens[cursor + 1].word) > 1 and tokens[cursor + 1].word in words.scales


def _compound(tokens: tuple[Token, ...], cursor: int, words: NumberWords) -> bool:
    following = tokens[cursor + 1].word if cursor + 1 < len(tokens) else ""
    return following in words.words or following in words.scales


def _continues(tokens: tuple[Token, ...], cursor: int, words: NumberWords) -> bool:
    """Whether a joining word stands inside a number: after a scale or a half, before another number word."""
    if cursor + 1 >= len(tokens):
        return False
    before, after = tokens[cursor - 1].word, tokens[cursor + 1].word
    if before in words.scales and tokens[cursor].word not in words.words:
        return after in words.words and after not in words.joiners and words.scales[before] >= 100
    return words.words.get(before) == 0.5 and after in words.scales


def parse_figures(raw: str, words: NumberWords) -> float:
    """The number of a token in figures: thousands and decimal marks by the language, groups of three decide."""
    parts = raw.split(words.thousands)
    if len(parts) > 1 and all(len(part.split(words.decimal)[0]) == 3 for part in parts[1:]):
        raw = "".join(parts)
    else:
        raw = raw.replace(words.thousands, ".")
    pieces = raw.replace(words.decimal, ".").split(".")
    if len(pieces) > 2:  # "1.250.000" in an English text: groups, not a fraction
        return float("".join(pieces)[:30])
    return float(".".join(pieces)[:30])


def _is_year_or_ordinal(tokens: tuple[Token, ...], numeral: _Numeral, lexicon: Lexicon) -> bool:
    token = tokens[numeral.first]
    bare = numeral.last == numeral.first + 1 and token.is_number
    if bare and len(token.raw) == 4 and token.raw.isdecimal() and "1900" <= token.raw <= "2199":
        unit, _ = _unit_at(tokens, numeral.last, lexicon)
        return unit is None
    if bare and numeral.first and tokens[numeral.first - 1].word in lexicon.month_of:
        return True
    following = tokens[numeral.last] if numeral.last < len(tokens) else None
    if following is None:
        return False
    return following.word in lexicon.month_of or (
        bare and following.start == token.end and following.word in lexicon.numbers.not_counted
    )


def _noun_after(tokens: tuple[Token, ...], numeral: _Numeral, lexicon: Lexicon) -> str | None:
    """The noun that is counted, None where the number is part of an adjective ("five-year", "two-state")."""
    if tokens[numeral.last - 1].before_hyphen and tokens[numeral.last - 1].word not in lexicon.numbers.scales:
        return None
    return _noun_at(tokens, numeral.last, lexicon)


def _noun_at(tokens: tuple[Token, ...], start: int, lexicon: Lexicon) -> str | None:
    """The last of the words that follow up to a mark or a function word: the noun of what they name."""
    unit, _ = _unit_at(tokens, start, lexicon)
    if unit is not None:
        return unit
    noun: str | None = None
    for token in tokens[start : start + NOUN_REACH]:
        if token.is_mark or token.word in lexicon.words["function_words"] or token.is_number:
            break
        if token.word in lexicon.numbers.not_counted or token.word in lexicon.possessives:
            return None
        noun = token.word
    return noun


def _quantity(
    numeral: _Numeral,
    unit: str,
    measure: Measure,
    *,
    tokens: tuple[Token, ...],
    span: tuple[int, int],
    words: NumberWords,
) -> Quantity:
    first, last = span
    comparator, start = _comparator_before(tokens, first, words)
    baseline = _is_baseline(tokens, start, last, words)
    return Quantity(_rounded(numeral.value), unit, measure, comparator, first, last, baseline)


def _rounded(value: float) -> float:
    """Whole numbers stay whole: 2.3 million is 2300000, not 2299999.9999999995."""
    nearest = float(round(value))
    return nearest if abs(nearest - value) <= 1e-9 * max(abs(value), 1.0) else value


def _comparator_before(tokens: tuple[Token, ...], first: int, words: NumberWords) -> tuple[str, int]:
    for start in range(max(first - 4, 0), first):
        if any(hit.last == first for hit in words.comparators.find_at(tokens, start, first)):
            entry = next(hit.entry for hit in words.comparators.find_at(tokens, start, first) if hit.last == first)
            return entry, start
    return "exactly", first


def _is_baseline(tokens: tuple[Token, ...], start: int, last: int, words: NumberWords) -> bool:
    for before in range(max(start - 5, 0), start):
        if any(hit.last == start for hit in words.baseline_before.find_at(tokens, before, start)):
            return True
    return last < len(tokens) and any(True for _ in words.baseline_after.find_at(tokens, last, len(tokens)))


def _join_ranges(found: tuple[Quantity, ...], tokens: tuple[Token, ...]) -> tuple[Quantity, ...]:
    """Quantities as found, a range ("5-6 billion dollars") as its upper end."""
    kept: list[Quantity] = []
    for quantity in found:
        before = kept[-1] if kept else None
        if before is not None and quantity.first == before.last and tokens[quantity.first].after_hyphen:
            kept[-1] = quantity
        else:
            kept.append(quantity)
    return tuple(kept)
