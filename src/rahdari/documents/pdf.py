"""PDF: the text layer of each page, its lines joined to paragraphs; scripts, forms and attachments are left alone."""

from __future__ import annotations

import re
import shutil
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2

from rahdari.documents.document import PassageKind
from rahdari.documents.limits import LARGEST_CHARACTERS, refuse
from rahdari.documents.passages import CLOSED, LONGEST_HEADING, MARKER, NUMBERED_HEADING
from rahdari.documents.pieces import Piece, clean_words, line_piece

MOST_PAGES = 2_000
# A page takes some milliseconds; a file that needs longer is made to stall its reader.
MOST_SECONDS = 20.0
# Fewer characters a page on average: the pages are pictures.
SCAN_CHARACTERS = 25
# A line that stands on so many pages, and on this share of them, is a running head or foot.
RUNNING_PAGES = 3
RUNNING_SHARE = 0.5
EDGE_LINES = 3
PAGE_NUMBER = re.compile(r"\W*(?:\w{4,9}\W+)?\d{1,4}(?:\W+(?:\w{2,4}\W+)?\d{1,4})?\W*")
DIGITS = re.compile(r"\d+")
# A gap between lines this many times the usual one ends a paragraph; letters this much larger make a heading.
WIDE_GAP = 1.35
TALLER = 1.12
SHORT_LINE = 0.8
# pdfium works with one document at a time.
_PDFIUM = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: its words, the height of its letters and the distance from the line above, in points."""

    words: str
    page: int
    height: float | None
    gap: float | None
    hyphenated: bool


def read_pdf(data: bytes, *, name: str) -> tuple[list[Piece], list[str]]:
    """The pieces of a PDF's text layer with their pages, and notes on pages that have none."""
    with _PDFIUM:
        pages = _read_pages(data, name)
    silent = [number for number, lines in enumerate(pages, start=1) if not lines]
    characters = sum(len(line.words) for lines in pages for line in lines)
    if characters < SCAN_CHARACTERS * len(pages):
        raise refuse(_scan_message(name), name, "needs-ocr")
    notes = []
    if silent:
        told = ", ".join(map(str, silent[:10])) + (" ..." if len(silent) > 10 else "")
        notes.append(f"Pages without text were not read (pictures or blank): {told}.")
    return list(_pieces(_without_running_lines(pages))), notes


def _scan_message(name: str) -> str:
    tool = "ocrmypdf is installed here" if shutil.which("ocrmypdf") else "ocrmypdf makes one"
    return (
        f"{name} has no text layer: its pages are pictures (a scan). {tool}: run "
        f"'ocrmypdf {name} with-text.pdf' and read with-text.pdf."
    )


def _read_pages(data: bytes, name: str) -> list[list[_Line]]:
    started = time.monotonic()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).casefold()
        message = (
            f"{name} is locked with a password: save it without one."
            if locked
            else f"{name} is a damaged PDF: fetch it again, or print it to a new PDF."
        )
        raise refuse(message, name, "damaged-document") from error
    try:
        if len(document) > MOST_PAGES:
            message = f"{name} has {len(document):,} pages: at most {MOST_PAGES:,} are read. Split it."
            raise refuse(message, name, "too-large")
        pages, characters = [], 0
        for number in range(len(document)):
            pages.append(_read_page(document, number))
            characters += sum(len(line.words) for line in pages[-1])
            if characters > LARGEST_CHARACTERS or time.monotonic() - started > MOST_SECONDS:
                message = f"{name} is too much to read at once (page {number + 1} of {len(document)}): split it."
                raise refuse(message, name, "too-large")
        return pages
    finally:
        document.close()


def _read_page(document: Any, number: int) -> list[_Line]:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:  # a page that the file promises and does not hold has no words
        return []
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range() if text_page.count_chars() else ""
        # Offsets in the text are those of the page's characters only where none was left out.
        exact = len(text) == text_page.count_chars()
        return list(_lines(text, text_page if exact else None, number + 1))
    finally:
        text_page.close()
        page.close()


def _lines(text: str, text_page: Any, page: int) -> Iterator[_Line]:
    above: float | None = None
    cursor = 0
    for raw in text.split("\n"):
        words = clean_words(raw.replace("\x02", "\ufffe"))
        if words:
            box = _box(text_page, cursor, raw)
            gap = above - box[0] if box and above is not None else None
            above = box[0] if box else None
            hyphenated = raw.rstrip("\r ").endswith(("\x02", "\ufffe", "\u00ad"))
            yield _Line(words, page, box[1] if box else None, gap, hyphenated)
        cursor += len(raw) + 1


def _box(text_page: Any, start: int, raw: str) -> tuple[float, float] | None:
    """The base and the height, in points, of a line's capital or tallest letter; None where the page tells neither."""
    if text_page is None:
        return None
    boxes = [text_page.get_charbox(start + n) for n, letter in enumerate(raw[:24]) if letter.isalnum()]
    if not boxes:
        return None
    return min(box[1] for box in boxes), max(box[3] - box[1] for box in boxes)


def _without_running_lines(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """All lines in order, without running heads, feet and page numbers."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({DIGITS.sub("#", line.words) for line in (*lines[:EDGE_LINES], *lines[-EDGE_LINES:])})
    least = max(RUNNING_PAGES, RUNNING_SHARE * len(pages))
    kept: list[_Line] = []
    for lines in pages:
        for number, line in enumerate(lines):
            edge = number < EDGE_LINES or number >= len(lines) - EDGE_LINES
            runs = counts[DIGITS.sub("#", line.words)] >= least
            outer = number == 0 or number == len(lines) - 1
            if not (edge and runs) and not (outer and PAGE_NUMBER.fullmatch(line.words)):
                kept.append(line)
    return kept


def _pieces(lines: Sequence[_Line]) -> Iterator[Piece]:
    heights = [line.height for line in lines if line.height]
    gaps = [line.gap for line in lines if line.gap and line.gap > 0]
    usual_height = statistics.median(heights) if heights else None
    usual_gap = statistics.median(gaps) if gaps else None
    widest = max((len(line.words) for line in lines), default=0)
    run: list[_Line] = []
    for line in lines:
        if run and _begins_anew(run[-1], line, usual_gap=usual_gap, widest=widest):
            yield _piece(run, usual_height)
            run = []
        run.append(line)
    if run:
        yield _piece(run, usual_height)


def _begins_anew(before: _Line, line: _Line, *, usual_gap: float | None, widest: int) -> bool:
    """Whether a line opens a new paragraph: by its mark, by the space above it, or after a short or closed line."""
    if MARKER.match(line.words) or NUMBERED_HEADING.match(before.words) or NUMBERED_HEADING.match(line.words):
        return True
    closed, low = CLOSED.search(before.words) is not None, line.words[:1].islower()
    if before.hyphenated or (low and not before.words.endswith((".", ";", ":"))):
        return False
    if line.page != before.page:
        return closed or len(before.words) < SHORT_LINE * widest
    if before.height and line.height and max(before.height, line.height) > TALLER**2 * min(before.height, line.height):
        return True
    if usual_gap and line.gap is not None:
        if line.gap > WIDE_GAP * usual_gap:
            return True
        return closed and len(before.words) < SHORT_LINE * widest
    return len(before.words) < SHORT_LINE * widest


def _piece(run: Sequence[_Line], usual_height: float | None) -> Piece:
    words, pages = "", []
    for number, line in enumerate(run):
        joint = "" if number == 0 or run[number - 1].hyphenated else " "
        if number and words.endswith("-") and line.words[:1].islower():
            joint = ""  # "long-/term": the hyphen is the word's own
        words += joint
        if number == 0 or line.page != run[number - 1].page:
            pages.append((len(words), line.page))
        words += line.words
    bare = len(words) <= LONGEST_HEADING and not CLOSED.search(words) and not words[:1].islower()
    tall = bool(usual_height and run[0].height and run[0].height >= TALLER * usual_height)
    if NUMBERED_HEADING.match(words) or (bare and (tall or len(run) == 1) and not MARKER.match(words)):
        return Piece(PassageKind.HEADING, words, tuple(pages))
    piece = line_piece(words)
    shift = len(words) - len(piece.words)
    return Piece(piece.kind, piece.words, tuple((max(offset - shift, 0), page) for offset, page in pages))
