"""Passages: headings, paragraphs, items and sentences of a text, each an exact span of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rahdari.documents.dates import date_of_document
from rahdari.documents.document import Document, Passage, PassageKind
from rahdari.documents.languages import Language, detect_language, known_languages, load_language

# A line at least this share of its block's widest line was wrapped by an editor, not ended by its author.
WRAPPED_SHARE = 0.6
WIDEST_WRAP = 130
LONGEST_HEADING = 110

MARKER = re.compile(
    r"[ \t>]*(?:[-*+\u2022\u2013\u2014\u25aa\u25cf][ \t]+|\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[a-z]|[ivx]{1,5})[.)][ \t]+"
    r"|\(?[\u0430-\u044f]\)[ \t]+|\(?\d{1,2}/(?:\d{1,2}|n)\)?:?[ \t]+(?=\D))",  # the last: "3/7", one of a thread
    re.IGNORECASE,
)
NUMBERED_HEADING = re.compile(r"[ \t]*(?:\w{4,10})[ \t]+(?:\d{1,3}|[IVX]{1,5})[.:]?[ \t]*$")
TABLE_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
TABLE_RULE = re.compile(r"[\s|:+-]+$")
HASHES = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+")
STOPS = re.compile(r"[.!?\u2026\u3002]+[\"'\u201d\u2019\u00bb)\]*_]{0,3}(?=\s)")
CLOSED = re.compile(r"[.!?:;,\u2026\u3002][\"'\u201d\u2019\u00bb)\]*_]{0,3}\s*$")
LAST_WORD = re.compile(r"([^\s(\[\"'\u201c\u2018\u00ab]{1,12})$")
NEXT_WORD = re.compile(r"\s+[\"'\u201c\u2018\u00ab(\[*_]{0,3}(\S+)")
INITIAL = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines that belong together, as a span of the text."""

    start: int
    end: int
    heading: bool
    item: bool
    row: bool = False


def document_from_text(
    text: str, *, date: dt.date | None = None, markdown: bool = False, sha256: str | None = None
) -> Document:
    """The document of a text already decoded; `sha256` defaults to that of the text in UTF-8."""
    code = detect_language(text)
    language = load_language(code or known_languages()[0])
    blocks = tuple(_blocks(text, markdown=markdown))
    passages = tuple(_passages(text, blocks, language))
    spans = tuple((block.start, block.end) for block in blocks)
    return Document(
        title=find_title(text, passages),
        date=date or date_of_document(text, spans, language=language),
        language=code,
        sha256=sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=text,
        passages=passages,
    )


def split_sentences(text: str, start: int, end: int, *, language: Language) -> Iterator[tuple[int, int]]:
    """The spans of the sentences between two offsets of a text, without the white space around them."""
    cursor = start
    for stop in STOPS.finditer(text, start, end):
        if _ends_sentence(text, stop, language):
            yield from _trimmed(text, cursor, stop.end())
            cursor = stop.end()
    yield from _trimmed(text, cursor, end)


def _ends_sentence(text: str, stop: re.Match[str], language: Language) -> bool:
    following = NEXT_WORD.match(text, stop.end(), min(stop.end() + 60, len(text)))
    if following is None:
        return True
    after = following.group(1)
    if after[0].islower():
        return False
    before = LAST_WORD.search(text, max(stop.start() - 12, 0), stop.start())
    word = before.group(1).casefold() if before else ""
    if text[stop.start()] != "." or not word:
        return True
    if word in language.abbreviations or (len(word) == 1 and INITIAL.match(word) and text[stop.start() - 1].isupper()):
        return False
    if word in language.open_abbreviations or re.fullmatch(r"(?:\w\.)+\w", word):
        return after.strip(",;:") in language.sentence_starters
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _blocks(text: str, *, markdown: bool) -> Iterator[Block]:
    run: list[tuple[int, int]] = []
    for start, end in _lines(text):
        if start < end and not text[start:end].isspace():
            run.append((start, end))
        elif run:
            yield from _split_run(text, run, markdown=markdown)
            run = []
    if run:
        yield from _split_run(text, run, markdown=markdown)


def _split_run(text: str, run: list[tuple[int, int]], *, markdown: bool) -> Iterator[Block]:
    """Blocks of one run of lines without a blank line: wrapped lines are joined, others stand alone."""
    width = max(end - start for start, end in run)
    pending: tuple[int, int] | None = None
    for number, (start, end) in enumerate(run):
        row = TABLE_ROW.match(text, start, end)
        hashes = HASHES.match(text, start, end) if markdown else None
        marker = MARKER.match(text, start, end)
        if pending and (row or hashes or marker or not _continues(text, run[number - 1], start, width=width)):
            yield from _block(text, *pending, alone=len(run) == 1, last=False)
            pending = None
        if row:
            yield from _row(text, start, end)
        elif hashes:
            yield from (
                Block(left, right, heading=True, item=False) for left, right in _trimmed(text, hashes.end(), end)
            )
        else:
            pending = (pending[0], end) if pending else (start, end)
    if pending:
        yield from _block(text, *pending, alone=len(run) == 1, last=True)


def _row(text: str, start: int, end: int) -> Iterator[Block]:
    """The row of a Markdown table without its outer bars; the rule under its head is none."""
    if not TABLE_RULE.match(text, start, end):
        inner = text.index("|", start, end) + 1, text.rindex("|", start, end)
        yield from (Block(*span, heading=False, item=False, row=True) for span in _trimmed(text, *inner))


def _continues(text: str, before: tuple[int, int], start: int, *, width: int) -> bool:
    """Whether the line that begins at `start` goes on with the sentence or paragraph of the line before."""
    length = before[1] - before[0]
    if width > WIDEST_WRAP:
        return text[start : start + 1].islower()
    return length >= WRAPPED_SHARE * width and not NUMBERED_HEADING.match(text, before[0], before[1])


def _block(text: str, start: int, end: int, *, alone: bool, last: bool) -> Iterator[Block]:
    marker = MARKER.match(text, start, end)
    for left, right in _trimmed(text, marker.end() if marker else start, end):
        single = "\n" not in text[left:right]
        bare = single and right - left <= LONGEST_HEADING and not CLOSED.search(text[max(left, right - 6) : right])
        numbered = single and NUMBERED_HEADING.match(text[left:right]) is not None
        # The last line of a text's only block may be a notice without a full stop: it is kept as a paragraph.
        heading = numbered or (
            bare and not (marker and not alone) and not (last and not alone) and _starts_high(text, left)
        )
        heading = heading and not (alone and right - left == len(text.strip()))
        yield Block(left, right, heading=heading, item=marker is not None and not heading)


def _starts_high(text: str, start: int) -> bool:
    return not text[start].islower()


def _passages(text: str, blocks: tuple[Block, ...], language: Language) -> Iterator[Passage]:
    index, heading = 0, None
    for block in blocks:
        kind = _kind_of(block)
        yield Passage(kind, block.start, block.end, None if block.heading else heading)
        parent, index = index, index + 1
        if block.heading:
            heading = parent
            continue
        whole = ((block.start, block.end),) if block.row else None
        for start, end in whole or split_sentences(text, block.start, block.end, language=language):
            yield Passage(PassageKind.SENTENCE, start, end, parent)
            index += 1


def _kind_of(block: Block) -> PassageKind:
    if block.heading:
        return PassageKind.HEADING
    if block.row:
        return PassageKind.ROW
    return PassageKind.ITEM if block.item else PassageKind.PARAGRAPH


def find_title(text: str, passages: tuple[Passage, ...]) -> str | None:
    """The heading that opens the document, else its first sentence; at most 200 characters."""
    first = next((p for p in passages if p.kind in (PassageKind.HEADING, PassageKind.SENTENCE)), None)
    return " ".join(text[first.start : first.end].split())[:200] if first else None
