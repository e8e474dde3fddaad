"""Pieces: what a reader of a rich format hands on, and the document that they make together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rahdari.documents.dates import date_of_document
from rahdari.documents.document import Document, Passage, PassageKind
from rahdari.documents.languages import Language, detect_language, known_languages, load_language
from rahdari.documents.passages import MARKER, find_title, split_sentences

# Invisible marks: soft hyphens, zero-width and direction marks, byte-order marks. They hide words from a reader.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SPACES = re.compile(r"\s+")
# Between the cells of a table's row.
CELL = " | "


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading, paragraph, item or table row in its words; `pages` gives the offsets in them where pages start."""

    kind: PassageKind
    words: str
    pages: tuple[tuple[int, int], ...] = ()


def clean_words(words: str) -> str:
    """The words with single spaces and without invisible marks."""
    return SPACES.sub(" ", INVISIBLE.sub("", words)).strip()


def row_piece(cells: Iterable[str]) -> Piece:
    """A table's row: its cells in order, empty ones left out."""
    return Piece(PassageKind.ROW, CELL.join(cell for cell in (clean_words(cell) for cell in cells) if cell))


def line_piece(words: str, *, item: bool = False) -> Piece:
    """A paragraph, or an item where it is one or begins with a bullet or number; the mark is left out."""
    marker = MARKER.match(words)
    if marker and marker.end() < len(words):
        return Piece(PassageKind.ITEM, words[marker.end() :].strip())
    return Piece(PassageKind.ITEM if item else PassageKind.PARAGRAPH, words)


def document_from_pieces(
    pieces: Sequence[Piece],
    *,
    sha256: str,
    date: dt.date | None = None,
    stated_date: dt.date | None = None,
    title: str | None = None,
    notes: Sequence[str] = (),
) -> Document:
    """The document that pieces make, a blank line between two; `stated_date` counts where the text gives no date."""
    kept = [piece for piece in pieces if piece.words]
    text = "".join(_joined(kept))
    code = detect_language(text)
    language = load_language(code or known_languages()[0])
    spans, cursor = [], 0
    for piece in kept:
        spans.append((cursor, cursor + len(piece.words)))
        cursor += len(piece.words) + 2
    passages = tuple(_passages(text, kept, spans, language))
    return Document(
        title=title or find_title(text, passages),
        date=date or date_of_document(text, tuple(spans), language=language) or stated_date,
        language=code,
        sha256=sha256,
        text=text,
        passages=passages,
        page_starts=_page_starts(kept, spans),
        notes=tuple(notes),
    )


def _joined(pieces: Sequence[Piece]) -> Iterator[str]:
    for number, piece in enumerate(pieces):
        yield piece.words if number == 0 else f"\n\n{piece.words}"


def _page_starts(pieces: Sequence[Piece], spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Offsets at which the pages 1, 2, 3 ... start; a page without words starts where the next one does."""
    starts: list[int] = []
    for piece, (start, _) in zip(pieces, spans, strict=True):
        for offset, page in piece.pages:
            while len(starts) < page:
                starts.append(start + offset)
    return tuple(starts)


def _passages(
    text: str, pieces: Sequence[Piece], spans: Sequence[tuple[int, int]], language: Language
) -> Iterator[Passage]:
    index, heading = 0, None
    for piece, (start, end) in zip(pieces, spans, strict=True):
        is_heading = piece.kind is PassageKind.HEADING
        yield Passage(piece.kind, start, end, None if is_heading else heading)
        parent, index = index, index + 1
        if is_heading:
            heading = parent
            continue
        whole = piece.kind is PassageKind.ROW
        for left, right in ((start, end),) if whole else split_sentences(text, start, end, language=language):
            yield Passage(PassageKind.SENTENCE, left, right, parent)
            index += 1
