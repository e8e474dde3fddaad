"""The values that the reading stage passes on: a document and its passages."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum


class PassageKind(StrEnum):
    """What a passage is in the document's structure."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document's text, in Unicode code points.

    `parent` is the index, in `Document.passages`, of the paragraph, item or table row that holds a sentence, and of the
    heading above such a block; None where there is none.
    """

    kind: PassageKind
    start: int
    end: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: `sha256` is of the file's bytes, `text` the decoded file with line ends as line feeds.

    `page_starts` are the offsets in `text` at which the pages begin, none where the format has no pages; `notes` say
    what of the file was not read.
    """

    title: str | None
    date: dt.date | None
    language: str | None
    sha256: str
    text: str
    passages: tuple[Passage, ...]
    page_starts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def words_of(self, passage: Passage) -> str:
        """The passage's exact words."""
        return self.text[passage.start : passage.end]

    def page_of(self, offset: int) -> int | None:
        """The page, counted from 1, on which a character of the text stands; None where the format has no pages."""
        return max(bisect_right(self.page_starts, offset), 1) if self.page_starts else None

    def of_kind(self, kind: PassageKind) -> tuple[Passage, ...]:
        """The passages of one kind, in the document's order."""
        return tuple(passage for passage in self.passages if passage.kind is kind)
