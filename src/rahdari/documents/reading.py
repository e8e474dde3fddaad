"""Reading: the one place where a document comes from disk; what its bytes are decides who reads them."""

from __future__ import annotations

import codecs
import datetime as dt
import hashlib
import re
from pathlib import Path

from rahdari.documents.decoding import decode
from rahdari.documents.document import Document, PassageKind
from rahdari.documents.limits import LARGEST_BYTES, LARGEST_CHARACTERS, LARGEST_RICH_BYTES, refuse
from rahdari.documents.passages import document_from_text
from rahdari.documents.pieces import Piece, clean_words, document_from_pieces

PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,2000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
XML = re.compile(rb"\s*<\?xml\b")
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
CHARSET_WINDOW = 8_000
ZIP = b"PK\x03\x04"
MARKDOWN = frozenset({".md", ".markdown"})
PAGES = frozenset({".html", ".htm", ".xhtml"})
MAIL = frozenset({".eml"})
# Zip files that are no Word document, by the folder that they hold.
OTHER_ZIPS = (
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint file"),
    (b"mimetypeapplication/vnd.oasis", "an OpenDocument file"),
)


def read_document(path: Path | str, *, date: dt.date | None = None) -> Document:
    """The document in a file: text, Markdown, HTML, PDF, DOCX, RTF or EML, told apart by its content.

    `date` replaces the date that the document gives itself.
    """
    path = Path(path)
    return document_from_bytes(_read_bytes(path), name=path.name, date=date)


def document_from_bytes(data: bytes, *, name: str, date: dt.date | None = None) -> Document:
    """The document in a file's bytes; `name` is the file's and tells Markdown, pages and messages from plain text."""
    suffix = Path(name).suffix.lower()
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(b"%PDF") or (suffix == ".pdf" and b"%PDF" in data[:1024]):
        from rahdari.documents.pdf import read_pdf  # noqa: PLC0415 - pdfium is large; text needs none of it

        pieces, notes = read_pdf(data, name=name)
        return document_from_pieces(pieces, sha256=sha256, date=date, notes=notes)
    if data.startswith(ZIP):
        return document_from_pieces(_read_zip(data, name), sha256=sha256, date=date)
    if len(data) > LARGEST_BYTES:
        raise _too_large(name, LARGEST_BYTES)
    if data.startswith(b"{\\rtf"):
        from rahdari.documents.rtf import read_rtf  # noqa: PLC0415 - as above

        return document_from_pieces(_checked(read_rtf(data, name=name), name), sha256=sha256, date=date)
    if suffix in MAIL or _is_mail(data):
        return _read_letter(data, name, sha256=sha256, date=date)
    head = data[:4_096].removeprefix(codecs.BOM_UTF8)
    if PAGE.match(head) or (suffix in PAGES and data.strip()):
        return _read_page(_decode_page(data, name), name, sha256=sha256, date=date)
    if XML.match(head):
        raise refuse(f"{name} is an XML file and no page: save its words as UTF-8 text.", name, "unknown-format")
    text = decode(data, name=name)
    _check_length(len(text), name)
    return document_from_text(text, date=date, markdown=suffix in MARKDOWN, sha256=sha256)


def _read_zip(data: bytes, name: str) -> list[Piece]:
    from rahdari.documents.docx import read_docx  # noqa: PLC0415 - as above

    other = next(
        (label for mark, label in OTHER_ZIPS if mark in data[:CHARSET_WINDOW] or mark in data[-CHARSET_WINDOW:]), None
    )
    if other and b"word/" not in data[-CHARSET_WINDOW:]:
        raise refuse(f"{name} is {other}: save its words as DOCX, PDF or text.", name, "unknown-format")
    return _checked(read_docx(data, name=name), name)


def _checked(pieces: list[Piece], name: str) -> list[Piece]:
    if not any(piece.words for piece in pieces):
        raise refuse(f"{name} holds no words: there is nothing to read.", name, "empty-document")
    _check_length(sum(len(piece.words) for piece in pieces), name)
    return pieces


def _check_length(characters: int, name: str) -> None:
    if characters > LARGEST_CHARACTERS:
        raise refuse(f"{name} holds more than {LARGEST_CHARACTERS:,} characters: split it.", name, "too-large")


def _is_mail(data: bytes) -> bool:
    from rahdari.documents.mail import is_mail  # noqa: PLC0415 - as above

    return is_mail(data)


def _read_letter(data: bytes, name: str, *, sha256: str, date: dt.date | None) -> Document:
    from rahdari.documents.mail import read_mail  # noqa: PLC0415 - as above

    letter = read_mail(data, name=name)
    notes = [f"Attachment not read: {attachment}" for attachment in letter.attachments]
    if not letter.body.strip():
        hint = " Save its attachments and read those." if notes else ""
        raise refuse(f"{name} holds a message without words.{hint}", name, "empty-document")
    _check_length(len(letter.body), name)
    subject = clean_words(letter.subject)
    opening = [Piece(PassageKind.HEADING, subject)] if subject else []
    if letter.is_html:
        return _read_page(letter.body, name, sha256=sha256, date=date, opening=opening, sent=letter.date, notes=notes)
    body = document_from_text(letter.body.replace("\r\n", "\n"))
    blocks = [passage for passage in body.passages if passage.kind is not PassageKind.SENTENCE]
    pieces = [Piece(passage.kind, clean_words(body.words_of(passage))) for passage in blocks]
    return document_from_pieces(
        [*opening, *pieces], sha256=sha256, date=date, stated_date=letter.date, title=subject or None, notes=notes
    )


def _decode_page(data: bytes, name: str) -> str:
    """The page's text in the encoding that it names, else in the one that is found."""
    named = CHARSET.search(data[:CHARSET_WINDOW])
    if named and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode(named[1].decode("ascii")).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, UnicodeDecodeError, ValueError):  # the page is wrong about itself: look at its bytes
            pass
    return decode(data, name=name)


def _read_page(
    markup: str,
    name: str,
    *,
    sha256: str,
    date: dt.date | None,
    opening: list[Piece] | None = None,
    sent: dt.date | None = None,
    notes: list[str] | None = None,
) -> Document:
    from rahdari.documents.webpages import read_webpage  # noqa: PLC0415 - as above

    page = read_webpage(markup, name=name)
    pieces = _checked([*(opening or []), *page.pieces], name)
    headed = any(piece.kind is PassageKind.HEADING for piece in pieces)
    return document_from_pieces(
        pieces,
        sha256=sha256,
        date=date,
        stated_date=sent or page.published,
        title=None if headed else page.title,
        notes=notes or (),
    )


def _too_large(name: str, limit: int) -> Exception:
    message = f"{name} is larger than {limit // 1_000_000} MB: split it, or read the part that holds the words."
    return refuse(message, name, "too-large")


def _read_bytes(path: Path) -> bytes:
    name = path.name
    if path.is_dir():
        raise refuse(f"{name} is a folder: give one file.", name, "unreadable-document")
    try:
        with path.open("rb") as file:
            head = file.read(4)
            # Pictures may stand beside the words of a PDF or DOCX; other files of words are small.
            limit = LARGEST_RICH_BYTES if head in (b"%PDF", ZIP) else LARGEST_BYTES
            data = head + file.read(limit + 1 - len(head))
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror or 'the system refused'}. Check the path."
        raise refuse(message, name, "unreadable-document") from error
    except ValueError as error:  # a path with a NUL character
        raise refuse(f"{name!r} is not a path.", name, "unreadable-document") from error
    if len(data) > limit:
        raise _too_large(name, limit)
    return data
