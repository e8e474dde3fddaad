"""Changes: the bare figures of "from three to six flights", whose noun or currency stands elsewhere in the sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rahdari.register.lexicon import Lexicon
from rahdari.register.numbers import (
    Measure,
    Quantity,
    comparator_before,
    find_amounts,
    is_date_or_ordinal,
    noun_at,
    rounded,
)
from rahdari.register.numerals import Numeral, read_numeral
from rahdari.register.phrases import Token

# "from the current 80 million in 2025 to more than 200 million dollars": words between "from" and "to", and after each.
CHANGE_REACH = 10
FIGURE_REACH = 4
# The unit of a figure that counts what the sentence before has named.
BEFORE = ""


def find_quantities(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Quantity, ...]:
    """The quantities among a sentence's words, those included whose noun or currency another part of it names."""
    found = [_as_base(quantity, tokens, lexicon) for quantity in find_amounts(tokens, lexicon)]
    found += _changes(found, tokens, lexicon)
    found += _stood_at(found, tokens, lexicon)
    return tuple(sorted(found, key=lambda quantity: quantity.first))


def _as_base(quantity: Quantity, tokens: tuple[Token, ...], lexicon: Lexicon) -> Quantity:
    """A quantity, as a base where it stands between "from" and a "to" with a figure."""
    _, start = comparator_before(tokens, quantity.first, lexicon.numbers)
    if quantity.is_baseline or start == 0 or tokens[start - 1].word not in lexicon.numbers.changed_from:
        return quantity
    to = _to_after(tokens, quantity.last, lexicon)
    figures = () if to is None else range(to + 1, min(to + 1 + FIGURE_REACH, len(tokens)))
    risen = any(read_numeral(tokens, position, lexicon.numbers) is not None for position in figures)
    return replace(quantity, is_baseline=risen)


def _changes(found: list[Quantity], tokens: tuple[Token, ...], lexicon: Lexicon) -> list[Quantity]:
    """The figures without a unit after "from" and "to": that of the other figure, or of what is counted before them."""
    words = lexicon.numbers
    added: list[Quantity] = []
    for start, token in enumerate(tokens):
        if token.word not in words.changed_from | words.changed_to:
            continue
        bare = _bare_after(tokens, start, [*found, *added], lexicon)
        if bare is None:
            continue
        is_base = token.word in words.changed_from
        known = [*found, *added]
        like = _joined_figure(tokens, bare, known, lexicon) if is_base else _base_before(start, known)
        unit, measure = (like.unit, like.measure) if like else (_counted(tokens, start, lexicon), Measure.COUNT)
        if unit is None and is_base and _to_after(tokens, bare.last, lexicon) is not None:
            unit = _unit_before(tokens, start, lexicon)
        if unit is None:
            continue
        comparator, _ = comparator_before(tokens, bare.first, words)
        added.append(Quantity(rounded(bare.value), unit, measure, comparator, bare.first, bare.last, is_base))
    return added


def _bare_after(tokens: tuple[Token, ...], start: int, known: list[Quantity], lexicon: Lexicon) -> Numeral | None:
    """The figure that follows "from" or "to" within a few words, where no quantity holds it yet."""
    for position in range(start + 1, min(start + 1 + FIGURE_REACH, len(tokens))):
        if tokens[position].is_mark or tokens[position].word in lexicon.numbers.changed_from:
            return None
        numeral = read_numeral(tokens, position, lexicon.numbers)
        if numeral is None:
            continue
        held = any(q.first <= numeral.first < q.last for q in known)
        return None if held or is_date_or_ordinal(tokens, numeral, lexicon) else numeral
    return None


def _joined_figure(
    tokens: tuple[Token, ...], base: Numeral, known: list[Quantity], lexicon: Lexicon
) -> Quantity | None:
    """The quantity that a base without unit rises to: "from 15 000 to 25 000 tonnes"."""
    to = _to_after(tokens, base.last, lexicon)
    if to is None:
        return None
    return next((q for q in known if to < q.first <= to + FIGURE_REACH and q.measure is not Measure.TIMES), None)


def _to_after(tokens: tuple[Token, ...], start: int, lexicon: Lexicon) -> int | None:
    for position in range(start, min(start + CHANGE_REACH, len(tokens))):
        if tokens[position].word in lexicon.numbers.changed_to:
            return position
        if tokens[position].is_mark and tokens[position].raw != ",":
            return None
    return None


def _base_before(position: int, known: list[Quantity]) -> Quantity | None:
    """The base before "to": "from 3 flights to 5 a week"."""
    near = [q for q in known if q.is_baseline and 0 <= position - q.last <= CHANGE_REACH]
    return near[-1] if near else None


def _counted(tokens: tuple[Token, ...], limit: int, lexicon: Lexicon) -> str | None:
    """The noun after "the number of", or the sentence's before for "this number"."""
    for hit in lexicon.numbers.counted_before.find(tokens, 0, limit):
        noun = BEFORE if hit.entry == "anaphora" else noun_at(tokens, hit.last, lexicon)
        if noun is not None:
            return noun
    return None


def _unit_before(tokens: tuple[Token, ...], limit: int, lexicon: Lexicon) -> str | None:
    """The known unit that the words before a change name: "increase direct flights from 2 to 5"."""
    names = [
        hit.entry.name
        for position in range(limit)
        for hit in lexicon.numbers.units.find_at(tokens, position, limit)
        if hit.last == position + 1
    ]
    return names[-1] if names else None


def _stood_at(found: list[Quantity], tokens: tuple[Token, ...], lexicon: Lexicon) -> Iterator[Quantity]:
    """The figures without a noun that say where things stand: "five flights a week, against three today"."""
    words = lexicon.numbers
    counts = [q for q in found if q.measure is Measure.COUNT]
    for hit in words.baseline_before.find(tokens) if counts else ():
        if hit.last >= len(tokens):
            continue
        numeral = read_numeral(tokens, hit.last, words)
        held = numeral is None or any(q.first <= numeral.first < q.last for q in found)
        if numeral is None or held or is_date_or_ordinal(tokens, numeral, lexicon):
            continue
        following = tokens[numeral.last] if numeral.last < len(tokens) else None
        closed = tokens[hit.first].word not in words.changed_from and (following is None or following.is_mark)
        if closed or any(True for _ in words.baseline_after.find_at(tokens, numeral.last, len(tokens))):
            unit = next((q.unit for q in reversed(counts) if q.first < numeral.first), counts[0].unit)
            yield Quantity(rounded(numeral.value), unit, Measure.COUNT, "exactly", numeral.first, numeral.last, True)
