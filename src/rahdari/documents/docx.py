"""Word documents: the words of a DOCX file, streamed from its XML; nothing outside the file is opened."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from rahdari.documents.document import PassageKind
from rahdari.documents.limits import LARGEST_CHARACTERS, refuse
from rahdari.documents.pieces import Piece, clean_words, line_piece, row_piece

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
FALLBACK = "Fallback"  # a second copy of a drawing's words for older programs
BODY = "word/document.xml"
# The body's XML after unpacking, in bytes; a 1,000-page communique needs some 30 MB.
LARGEST_BODY = 60_000_000
MOST_MEMBERS = 5_000
DEEPEST = 200
LONGEST_HEADING = 200
# What Python's zipfile raises on an archive that is damaged, encrypted or made to mislead.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    struct.error,
)


def read_docx(data: bytes, *, name: str) -> list[Piece]:
    """The pieces of a DOCX file's body: headings, paragraphs, list items and table rows, in order."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise refuse(f"{name} holds more than {MOST_MEMBERS:,} parts: it is no letter.", name, "too-large")
            if BODY not in archive.namelist():
                raise refuse(
                    f"{name} is a zip archive without a Word document: unpack it and read the file that it holds.",
                    name,
                    "unknown-format",
                )
            with archive.open(BODY) as file:
                return _read_body(_Bounded(file, name), name)
    except BROKEN_ARCHIVE as error:
        message = f"{name} cannot be unpacked: it is damaged or encrypted. Save it again without a password."
        raise refuse(message, name, "damaged-document") from error


class _Bounded(io.RawIOBase):
    """A file that refuses to give more bytes than a letter can have, whatever its archive claims."""

    def __init__(self, file: Any, name: str) -> None:
        super().__init__()
        self._file, self._name, self._left = file, name, LARGEST_BODY

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = min(size if size >= 0 else self._left + 1, self._left + 1)
        piece: bytes = self._file.read(wanted)
        self._left -= len(piece)
        if self._left < 0:
            message = f"{self._name} unpacks to more than {LARGEST_BODY // 1_000_000} MB: it is not read."
            raise refuse(message, self._name, "too-large")
        return piece


def _read_body(file: _Bounded, name: str) -> list[Piece]:
    handler = _Body(name)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    try:
        parser.parse(file)
    except DefusedXmlException as error:
        message = f"{name} declares entities or a document type, which Word does not write: it is not read."
        raise refuse(message, name, "unsafe-document") from error
    except SAXParseException as error:
        raise refuse(f"{name} holds broken XML: save it again in Word.", name, "damaged-document") from error
    return handler.pieces


class _Body(ContentHandler):
    """Collects the words of paragraphs and table cells while the XML streams by."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self._name = name
        self._depth = 0
        self._characters = 0
        self._words: list[str] = []
        self._skipping = 0
        self._in_text = False
        self._hidden = False
        self._heading = False
        self._item = False
        self._rows: list[list[str]] = []
        self._cells: list[list[str]] = []

    def startElementNS(self, name: tuple[str | None, str], _: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802 - SAX's
        self._depth += 1
        if self._depth > DEEPEST:
            raise refuse(f"{self._name} nests its parts more than {DEEPEST} deep.", self._name, "too-deep")
        space, tag = name
        if self._skipping or tag == FALLBACK or (tag in {"del", "moveFrom"} and space in (WORD, STRICT_WORD)):
            self._skipping += 1
            return
        if space in (WORD, STRICT_WORD):
            self._open(tag, {local: value for (_, local), value in attrs.items()})

    def _open(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "p":
            self._words, self._heading, self._item, self._hidden = [], False, False, False
        elif tag == "pStyle":
            style = attrs.get("val", "").casefold()
            self._heading = self._heading or style.startswith(("heading", "title", "subtitle"))
            self._item = self._item or "list" in style
        elif tag == "outlineLvl":
            self._heading = self._heading or attrs.get("val", "9") != "9"
        elif tag == "numPr":
            self._item = True
        elif tag == "r":
            self._hidden = False
        elif tag == "vanish":
            self._hidden = attrs.get("val", "true") not in {"0", "false"}
        elif tag == "t":
            self._in_text = True
        elif tag in {"tab", "br", "cr"}:
            self._words.append(" ")
        elif tag == "tr":
            self._rows.append([])
        elif tag == "tc":
            self._cells.append([])

    def endElementNS(self, name: tuple[str | None, str], _: str | None) -> None:  # noqa: N802 - SAX's
        self._depth -= 1
        if self._skipping:
            self._skipping -= 1
            return
        space, tag = name
        if space not in (WORD, STRICT_WORD):
            return
        if tag == "t":
            self._in_text = False
        elif tag == "p":
            self._close_paragraph()
        elif tag == "tc" and self._cells and self._rows:
            self._rows[-1].append(" ".join(self._cells.pop()))
        elif tag == "tr" and self._rows:
            cells = self._rows.pop()
            if self._cells:  # a table within a cell: its row is words of that cell
                self._cells[-1].append(" ".join(cells))
            else:
                self.pieces.append(row_piece(cells))

    def _close_paragraph(self) -> None:
        words = clean_words("".join(self._words))
        self._words = []
        if not words:
            return
        if self._cells:
            self._cells[-1].append(words)
        elif self._heading and len(words) <= LONGEST_HEADING:
            self.pieces.append(Piece(PassageKind.HEADING, words))
        else:
            self.pieces.append(line_piece(words, item=self._item))

    def characters(self, content: str) -> None:
        if not self._in_text or self._skipping or self._hidden:
            return
        self._characters += len(content)
        if self._characters > LARGEST_CHARACTERS:
            message = f"{self._name} holds more than {LARGEST_CHARACTERS:,} characters: split it."
            raise refuse(message, self._name, "too-large")
        self._words.append(content)
