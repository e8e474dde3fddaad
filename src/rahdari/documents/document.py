"""The values that the reading stage passes on: a document and its passages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class PassageKind(StrEnum):
    """What a passage is in the document's structure."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document's text, in Unicode code points.

    `parent` is the index, in `Document.passages`, of the paragraph or item that holds a sentence, and of the heading
    above a paragraph or item; None where there is none.
    """

    kind: PassageKind
    start: int
    end: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: `sha256` is of the file's bytes, `text` the decoded file with line ends as line feeds."""

    title: str | None
    date: dt.date | None
    language: str | None
    sha256: str
    text: str
    passages: tuple[Passage, ...]

    def words_of(self, passage: Passage) -> str:
        """The passage's exact words."""
        return self.text[passage.start : passage.end]

    def of_kind(self, kind: PassageKind) -> tuple[Passage, ...]:
        """The passages of one kind, in the document's order."""
        return tuple(passage for passage in self.passages if passage.kind is kind)
