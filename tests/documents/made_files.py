"""Small files of each format, made in memory: what a test needs and no more."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LINE_HEIGHT = 14


def make_docx(body: str, *, before: str = "", extra: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """A DOCX file whose body holds the given WordprocessingML; `before` stands before the root element."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {WORD}><w:body>{body}</w:body></w:document>',
        )
        for name, data in extra:
            archive.writestr(name, data)
    return held.getvalue()


def paragraph(words: str, properties: str = "") -> str:
    """A paragraph of WordprocessingML."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{words}</w:t></w:r></w:p>"


def make_pdf(pages: Sequence[Sequence[str]], *, catalog: str = "") -> bytes:
    """A PDF in Helvetica, a line of text a string; a line that begins with `#` is set larger, as a heading."""
    objects: list[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    tree = len(objects) + 2 * len(pages) + 1
    kids = []
    for lines in pages:
        stream = _page_stream(lines)
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
                f"/Resources << /Font << /F1 {font} 0 R >> >> >>".encode()
            )
        )
    add(f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>".encode())
    root = add(f"<< /Type /Catalog /Pages {tree} 0 R {catalog} >>".encode())
    return _with_table(objects, root)


def _page_stream(lines: Sequence[str]) -> bytes:
    height, parts = 790, []
    for line in lines:
        size = 16 if line.startswith("#") else 11
        words = line.removeprefix("#").strip()
        for mark in "\\()":
            words = words.replace(mark, "\\" + mark)
        if words:
            parts.append(f"BT /F1 {size} Tf 60 {height} Td ({words}) Tj ET".encode("cp1252"))
        height -= LINE_HEIGHT
    return b"\n".join(parts)


def _with_table(objects: Sequence[bytes], root: int) -> bytes:
    held = io.BytesIO(b"")
    held.write(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(held.tell())
        held.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = held.tell()
    held.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        held.write(b"%010d 00000 n \n" % offset)
    held.write(b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start))
    return held.getvalue()
