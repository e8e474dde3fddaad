"""Decoding: a file's bytes become text, or a fault that names the format, the limit or the byte."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from rahdari.exceptions import InputFault, Where

# Single-byte encodings told apart by charset-normalizer; Unicode is tried first and needs no guess.
SINGLE_BYTE = ("cp1251", "cp1252")
SAMPLE_BYTES = 64_000

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
)
WIDE_MARKS: tuple[tuple[bytes, str, int], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32", 4),
    (codecs.BOM_UTF32_BE, "utf-32", 4),
    (codecs.BOM_UTF16_LE, "utf-16", 2),
    (codecs.BOM_UTF16_BE, "utf-16", 2),
)
# Bytes that no text holds: control characters other than tab, line feed, vertical tab, form feed, return and escape.
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")


def decode(data: bytes, *, name: str) -> str:
    """The text of a file's bytes, without byte-order mark and with line feeds as line ends."""
    if not data.strip():
        raise _fault(f"{name} is empty: there is nothing to read.", name, kind="empty-document")
    _refuse_other_formats(data, name)
    text = _decode_wide(data, name) or _decode_narrow(data, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise _fault(f"{name} holds no words: there is nothing to read.", name, kind="empty-document")
    return text


def _fault(message: str, name: str, *, kind: str) -> InputFault:
    return InputFault(message, kind=kind, where=Where(name))


def _refuse_other_formats(data: bytes, name: str) -> None:
    found = next(
        (label for mark, label in SIGNATURES if data.startswith(mark) and (mark != b"BM" or 0 in data[:64])), None
    )
    if found:
        hint = " Read its words from it first (OCR), or find the text." if "picture" in found else ""
        message = f"{name} is {found}: text, Markdown, HTML, PDF, DOCX, RTF and EML are read.{hint}"
        raise _fault(message, name, kind="unknown-format")


def _decode_wide(data: bytes, name: str) -> str | None:
    for mark, encoding, width in WIDE_MARKS:
        if data.startswith(mark):
            if len(data) % width:
                raise _truncated(name, byte=len(data) - len(data) % width, encoding=encoding)
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise _undecodable(name, byte=error.start, encoding=encoding) from error
    return None


def _decode_narrow(data: bytes, name: str) -> str:
    control = CONTROL.search(data)
    if control:
        message = (
            f"{name} is not text: byte {control.start()} is {data[control.start()]:#04x}, which no text holds. "
            "If it is UTF-16, save it with its byte-order mark, or as UTF-8."
        )
        raise _fault(message, name, kind="binary-document")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        shift = 3 if data.startswith(codecs.BOM_UTF8) else 0
        byte = error.start + shift
        if error.reason == "unexpected end of data" and byte >= len(data) - 3:
            raise _truncated(name, byte=byte, encoding="UTF-8") from error
        # A file with many good multi-byte characters is damaged UTF-8, not another encoding.
        good, high = len(MULTIBYTE.findall(data)), sum(byte >= 0x80 for byte in data[:SAMPLE_BYTES])
        if shift or 2 * good > 0.9 * high:
            raise _undecodable(name, byte=byte, encoding="UTF-8") from error
    return _decode_single_byte(data, name)


def _decode_single_byte(data: bytes, name: str) -> str:
    best = from_bytes(data[:SAMPLE_BYTES], cp_isolation=list(SINGLE_BYTE)).best()
    first = next(position for position, byte in enumerate(data) if byte >= 0x80)
    if best is None:
        raise _undecodable(name, byte=first, encoding="UTF-8, cp1251 or cp1252")
    try:
        return data.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(name, byte=error.start, encoding=best.encoding) from error


def _truncated(name: str, *, byte: int, encoding: str) -> InputFault:
    message = (
        f"{name} stops in the middle of a character at byte {byte} ({encoding}): the file is cut off. Fetch it again."
    )
    return _fault(message, name, kind="truncated-document")


def _undecodable(name: str, *, byte: int, encoding: str) -> InputFault:
    message = (
        f"{name} cannot be decoded: byte {byte} does not fit {encoding}. Save the file as UTF-8 and read it again."
    )
    return _fault(message, name, kind="undecodable-document")
