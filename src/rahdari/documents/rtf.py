"""RTF: the words of a rich text file; embedded objects and pictures are left out."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from rahdari.documents.limits import refuse
from rahdari.documents.pieces import Piece, clean_words, line_piece, row_piece

CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
# Word writes the picture's bytes as long runs of hexadecimal digits: they are no words.
PICTURE_BYTES = re.compile(rb"[0-9a-fA-F\s]{4000,}")
LARGEST_WORDS = 8_000_000
CELL = "|"


def read_rtf(data: bytes, *, name: str) -> list[Piece]:
    """The pieces of an RTF file: a paragraph, item or table row for each of its lines."""
    data = PICTURE_BYTES.sub(b" ", data)
    if len(data) > LARGEST_WORDS:
        raise refuse(f"{name} holds more than {LARGEST_WORDS // 1_000_000} MB of words: split it.", name, "too-large")
    page = CODE_PAGE.search(data)
    encoding = f"cp{page[1].decode()}" if page else "cp1252"
    try:
        text: str = rtf_to_text(data.decode("latin-1"), encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, OverflowError, RecursionError) as error:
        message = f"{name} is a damaged RTF document: open it and save it as DOCX or text."
        raise refuse(message, name, "damaged-document") from error
    return [_piece(line) for line in text.splitlines() if clean_words(line)]


def _piece(line: str) -> Piece:
    cells = [cell for cell in line.split(CELL) if cell.strip()]
    return (
        row_piece(cells)
        if line.count(CELL) > 1 and len(cells) > 1
        else line_piece(clean_words(line.replace(CELL, " ")))
    )
