"""Tables: which rows of a table promise something, and the stages of a target that stand in columns of years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rahdari.register.changes import find_quantities
from rahdari.register.commitment import Deadline
from rahdari.register.lexicon import Lexicon
from rahdari.register.numbers import Measure, Quantity, is_year
from rahdari.register.phrases import Token
from rahdari.register.sentences import Sentence

BAR = "|"
# Before a row's deed there may stand its number and a bar.
ROW_NUMBERING = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """A value that a row sets for a year, in whole `quantity.unit`s, with the value that it starts from if it tells."""

    quantity: Quantity
    baseline: float | None
    deadline: Deadline


def head_of(sentences: Sequence[Sentence], number: int) -> Sentence | None:
    """The first row of the table that a row stands in; None for that row itself."""
    first = number
    while first > 0 and sentences[first - 1].is_row:
        first -= 1
    return sentences[first] if first < number else None


def cells_of(sentence: Sentence) -> tuple[tuple[Token, ...], ...]:
    """The cells of a row, in order."""
    cells: list[list[Token]] = [[]]
    for token in sentence.tokens:
        if token.raw == BAR:
            cells.append([])
        else:
            cells[-1].append(token)
    return tuple(tuple(cell) for cell in cells)


def deed_at(sentence: Sentence, head: Sentence | None, *, lexicon: Lexicon) -> int | None:
    """The token that opens the deed of a row: a plain verb, or what stands in a column of actions; None without one."""
    opening = sentence.tokens[:ROW_NUMBERING]
    verb = next((n for n, token in enumerate(opening) if token.word in lexicon.words["actions"]), None)
    if verb is not None or head is None:
        return verb
    columns = cells_of(head)
    labels = lexicon.words["deadline_labels"] | lexicon.words["owner_labels"]
    planned = any(token.word in labels for cell in columns for token in cell)
    column = next((n for n, cell in enumerate(columns) if _is_deeds(cell, lexicon)), None)
    if column is None or not planned:
        return None
    bars = [n for n, token in enumerate(sentence.tokens) if token.raw == BAR]
    first = 0 if column == 0 else bars[column - 1] + 1 if column <= len(bars) else len(sentence.tokens)
    return first if first < len(sentence.tokens) else None


def _is_deeds(cell: Sequence[Token], lexicon: Lexicon) -> bool:
    return any(token.word in lexicon.words["deed_columns"] for token in cell)


def stages_of(sentence: Sentence, head: Sentence | None, *, lexicon: Lexicon, year: int | None) -> tuple[Stage, ...]:
    """The stages of a row under a head of years ("Indicator | Now | 2028 | 2031"); none where no year is to come."""
    if head is None:
        return ()
    titles, cells = cells_of(head), cells_of(sentence)
    if len(titles) != len(cells) or len(cells) <= 1:
        return ()
    found: list[Stage] = []
    baseline: float | None = None
    for title, cell in zip(titles[1:], cells[1:], strict=True):
        quantity = _quantity_of(cell, cells[0], lexicon)
        column = next((int(token.raw) for token in title if is_year(token.raw)), None)
        if quantity is None or (column is None and not title):
            continue
        if column is None or (year is not None and column <= year):
            baseline = quantity.value
        else:
            due = Deadline(str(column), dt.date(column, 1, 1), dt.date(column, 12, 31))
            found.append(Stage(quantity, baseline, due))
    return tuple(found)


def _quantity_of(cell: tuple[Token, ...], label: tuple[Token, ...], lexicon: Lexicon) -> Quantity | None:
    """A cell's amount in the unit that it has itself or that the row's label gives ("Trade (USD million)")."""
    if not any(token.is_number for token in cell):
        return None
    within = _bracketed(label)
    for tokens in (cell, cell + tuple(reversed(within)), cell + within, cell + label):
        quantities = [q for q in find_quantities(tokens, lexicon) if q.first == 0]
        named = [q for q in quantities if q.measure is not Measure.COUNT or q.unit != "count"]
        if named:
            return named[0]
    return None


def _bracketed(label: tuple[Token, ...]) -> tuple[Token, ...]:
    opens = next((n for n, token in enumerate(label) if token.raw == "("), len(label))
    closes = next((n for n, token in enumerate(label) if token.raw == ")" and n > opens), len(label))
    return label[opens + 1 : closes]
