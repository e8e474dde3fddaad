"""Reading: the one place where a document comes from disk."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from rahdari.documents.decoding import LARGEST_BYTES, decode
from rahdari.documents.document import Document
from rahdari.documents.passages import document_from_text
from rahdari.exceptions import InputFault, Where

OTHER_FORMATS = {
    ".pdf": "a PDF",
    ".docx": "a Word document (DOCX)",
    ".doc": "an old Word document",
    ".rtf": "an RTF document",
    ".odt": "an OpenDocument text",
    ".html": "an HTML page",
    ".htm": "an HTML page",
    ".eml": "an e-mail",
    ".zip": "a zip archive",
    ".png": "a picture",
    ".jpg": "a picture",
    ".jpeg": "a picture",
    ".gif": "a picture",
    ".tif": "a picture",
    ".tiff": "a picture",
    ".xlsx": "an Excel workbook",
    ".pptx": "a PowerPoint file",
}


def read_document(path: Path | str, *, date: dt.date | None = None) -> Document:
    """The document in a plain text or Markdown file; `date` replaces the date that the document gives itself."""
    path = Path(path)
    data = _read_bytes(path)
    text = decode(data, name=path.name)
    markdown = path.suffix.lower() in {".md", ".markdown"}
    return document_from_text(text, date=date, markdown=markdown, sha256=hashlib.sha256(data).hexdigest())


def _read_bytes(path: Path) -> bytes:
    name = path.name
    if path.is_dir():
        raise InputFault(f"{name} is a folder: give one file.", kind="unreadable-document", where=Where(name))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror or 'the system refused'}. Check the path."
        raise InputFault(message, kind="unreadable-document", where=Where(name)) from error
    except ValueError as error:  # a path with a NUL character
        raise InputFault(f"{name!r} is not a path.", kind="unreadable-document", where=Where(name)) from error
    other = OTHER_FORMATS.get(path.suffix.lower())
    if other and data:
        message = (
            f"{name} is {other}: only plain text and Markdown are read. Save its words as UTF-8 text and read that."
        )
        raise InputFault(message, kind="unknown-format", where=Where(name))
    if len(data) > LARGEST_BYTES:
        message = (
            f"{name} is larger than {LARGEST_BYTES // 1_000_000} MB: split it, or read the part that holds the words."
        )
        raise InputFault(message, kind="too-large", where=Where(name))
    return data
