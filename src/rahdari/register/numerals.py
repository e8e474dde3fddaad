"""Numerals: numbers in figures and words, as one value with the tokens that spell it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rahdari.register.lexicon import NumberWords
from rahdari.register.phrases import Token

# "one hundred and twenty-five thousand six hundred" has nine words.
LONGEST_NUMERAL = 12
LARGEST = 1e18
LONGEST_GROUPED = 15
DASHES = frozenset("-\u2013\u2014")
HALF = 0.5
GROUP = 3


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written: its value, its token range, its last scale (1 without), whether figures alone spell it."""

    value: float
    first: int
    last: int
    scale: float
    bare: bool

    @property
    def scaled(self) -> bool:
        """Whether a scale word ("million") is part of it."""
        return self.scale != 1.0


def read_numeral(tokens: tuple[Token, ...], position: int, words: NumberWords) -> Numeral | None:
    """The number that begins at a token: "1,250.5", "two dozen", "half a billion", "two and a half million"."""
    found = _spelled(tokens, position, words)
    if found is None:
        return None
    found = _with_half(tokens, found, words)
    return _with_repetition(tokens, found, words) if 0 < found.value <= LARGEST else None


def _spelled(tokens: tuple[Token, ...], position: int, words: NumberWords) -> Numeral | None:
    total, current, scale, cursor, last, spelled = 0.0, None, 1.0, position, position, False
    while cursor < min(len(tokens), position + LONGEST_NUMERAL):
        token = tokens[cursor]
        if token.is_number and current is None and not spelled and not total:
            current, cursor = _figures_at(tokens, cursor, words)
        elif token.word in words.scales and _may_scale(tokens, cursor, current):
            factor = words.scales[token.word]
            current, scale = (current if current is not None else 1.0) * factor, factor
            if factor >= 1000 and not _scale_follows(tokens, cursor, words):
                total, current = total + current, None
        elif token.word in words.joiners and cursor > position and _continues(tokens, cursor, words):
            pass
        elif token.word in words.words and _is_number_word(tokens, cursor, position, words):
            value = words.words[token.word]
            if current is not None and not (spelled and value < 100):
                break
            current, spelled = (current or 0.0) + value, True
        else:
            break
        cursor += 1
        last = cursor
    bare_article = last == position + 1 and tokens[position].word in words.articles
    if last == position or bare_article:
        return None
    bare = last == position + 1 and tokens[position].is_number
    return Numeral(total + (current or 0.0), position, last, scale, bare)


def _is_number_word(tokens: tuple[Token, ...], cursor: int, position: int, words: NumberWords) -> bool:
    """Whether a number word counts here: an article only before a scale, "five-" only before a further numeral."""
    following = tokens[cursor + 1].word if cursor + 1 < len(tokens) else ""
    if tokens[cursor].word in words.articles:
        return cursor == position and following in words.scales and len(following) > 1
    compound = following in words.words or following in words.scales or following in words.joined_rates
    return not (tokens[cursor].before_hyphen and cursor == position and not compound)


def _figures_at(tokens: tuple[Token, ...], position: int, words: NumberWords) -> tuple[float, int]:
    """The number in figures at a token and its last token: groups of three after a space are one number ("1 200")."""
    raw, cursor = tokens[position].raw, position
    while cursor + 1 < len(tokens) and len(raw) <= LONGEST_GROUPED and len(tokens[position].raw) <= GROUP:
        group = tokens[cursor + 1]
        near = group.start - tokens[cursor].end == 1 and not group.after_hyphen
        whole = tokens[cursor].raw.isdecimal() and len(group.raw.split(words.decimal)[0]) == GROUP
        if not (near and whole and group.is_number) or words.thousands in group.raw:
            break
        raw, cursor = raw + group.raw, cursor + 1
    return parse_figures(raw, words), cursor


def parse_figures(raw: str, words: NumberWords) -> float:
    """The number of a token in figures: of two different marks the last is decimal, else the language and groups tell.

    Groups of three after the language's thousands mark, or several groups after any mark, are one whole number.
    """
    marks = [letter for letter in raw if not letter.isdecimal()]
    parts = raw.replace(",", ".").split(".")
    if len(marks) > 1 and len(set(marks)) == 1 and len(parts[-1]) != GROUP:  # "15.10.2026" is a date, 3.2.1 a section
        return 0.0
    if len(set(marks)) > 1:
        return float("".join(parts[:-1])[:30] + "." + parts[-1][:30])
    grouped = bool(marks) and marks[0] == words.thousands and all(len(part) == GROUP for part in parts[1:])
    if grouped or len(marks) > 1 or parts[1:] == ["000"]:  # nobody writes a fraction of no thousandths
        return float("".join(parts)[:30])
    return float(".".join(parts)[:30])


def _may_scale(tokens: tuple[Token, ...], cursor: int, current: float | None) -> bool:
    """One letter is a scale only where it touches its figure ("250m"); a scale word may stand alone ("dozens")."""
    token = tokens[cursor]
    if len(token.word) == 1:
        return current is not None and tokens[cursor - 1].is_number and tokens[cursor - 1].end == token.start
    return current is not None or len(token.word) > 3


def _scale_follows(tokens: tuple[Token, ...], cursor: int, words: NumberWords) -> bool:
    return cursor + 1 < len(tokens) and len(tokens[cursor + 1].word) > 1 and tokens[cursor + 1].word in words.scales


def _continues(tokens: tuple[Token, ...], cursor: int, words: NumberWords) -> bool:
    """Whether a joining word stands inside a number: after a scale or a half, before another number word."""
    if cursor + 1 >= len(tokens):
        return False
    before, after = tokens[cursor - 1].word, tokens[cursor + 1].word
    if before in words.scales and tokens[cursor].word not in words.words:
        known = after in words.words and after not in words.joiners
        return known and words.scales[before] >= 100
    return words.words.get(before) == HALF and after in words.scales


def _with_half(tokens: tuple[Token, ...], numeral: Numeral, words: NumberWords) -> Numeral:
    """A numeral with the half that words add to it: "two and a half million", "a billion and a half"."""
    half = (
        max((hit.last for hit in words.and_half.find_at(tokens, numeral.last, len(tokens))), default=0)
        if numeral.last < len(tokens)
        else 0
    )
    if not half:
        return numeral
    value = numeral.value + HALF * numeral.scale
    following = tokens[half].word if half < len(tokens) else ""
    if not numeral.scaled and len(following) > 1 and following in words.scales:
        scale = words.scales[following]
        return replace(numeral, value=value * scale, scale=scale, last=half + 1, bare=False)
    return replace(numeral, value=value, last=half, bare=False)


def _with_repetition(tokens: tuple[Token, ...], numeral: Numeral, words: NumberWords) -> Numeral:
    """A numeral with the brackets that say it again: "ninety (90)", "40 (forty)"."""
    if numeral.last + 2 >= len(tokens) or tokens[numeral.last].raw != "(":
        return numeral
    again = _spelled(tokens, numeral.last + 1, words)
    if again is None or again.value != numeral.value or again.last >= len(tokens) or tokens[again.last].raw != ")":
        return numeral
    return replace(numeral, last=again.last + 1, bare=False)


def range_joint(tokens: tuple[Token, ...], low: Numeral, start: int, words: NumberWords) -> int | None:
    """The token where a range's upper end begins ("to", "and" after "between", a dash), None where none follows.

    After "from" the words are a change and no range; `start` is the range's first token, its currency included.
    """
    if low.last >= len(tokens):
        return None
    joint = tokens[low.last]
    if joint.after_hyphen and joint.is_number:
        return low.last
    if low.last + 1 >= len(tokens):
        return None
    before = [token.word for token in tokens[max(start - 3, 0) : start]]
    spaced = joint.raw in DASHES and tokens[low.last + 1].is_number
    to = joint.word in words.range_to and words.changed_from.isdisjoint(before)
    both = joint.word in words.range_and and not words.between.isdisjoint(before)
    return low.last + 1 if spaced or to or both else None


def join_range(low: Numeral, high: Numeral) -> Numeral | None:
    """The range of two numerals as its lower end, in the upper one's scale where it has none; None where it falls."""
    value = low.value
    if high.scaled and not low.scaled and low.value * high.scale <= high.value:
        value = low.value * high.scale
    if value >= high.value:
        return None
    return Numeral(value, low.first, high.last, high.scale if high.scaled else low.scale, bare=False)
