"""How fast documents are read: news-length texts a second on one core, and a protocol of 40 pages as a PDF.

Run with `.venv/bin/python benchmarks/reading.py`. The sizes are fixed, so that two runs can be compared.
"""

from __future__ import annotations

import resource
import sys
import time
from importlib.resources import files
from pathlib import Path

from rahdari.documents import document_from_bytes, document_from_text
from rahdari.register.extraction import extract_commitments

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.documents.made_files import make_pdf

TEXTS = 1_000
PAGES = 40
LINES = 45
WIDTH = 88
BYTES_PER_MB = 1_000


def news_texts() -> list[str]:
    """The marked documents, repeated to news length and to `TEXTS` texts."""
    folder = Path(str(files("rahdari").joinpath("validation", "marked")))
    held = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))]
    long = [(f"{text}\n\n" * 4)[:3_500] for text in held]
    return [f"{long[number % len(long)]}\n\nNumber {number}." for number in range(TEXTS)]


def protocol_pdf() -> bytes:
    """A protocol of `PAGES` full pages with numbered articles."""
    texts = [text for text in news_texts()[:60] if text.isascii()]
    words = " ".join(" ".join(texts).split()).split(" ")
    lines, line = [], ""
    for number, word in enumerate(words):
        if number % 60 == 0:
            lines += [line, f"{number // 60 + 1}. The Parties agreed as follows:"]
            line = ""
        line = f"{line} {word}".strip()
        if len(line) > WIDTH:
            lines.append(line)
            line = ""
    while len(lines) < PAGES * LINES:
        lines += lines
    return make_pdf([lines[page * LINES : (page + 1) * LINES] for page in range(PAGES)])


def main() -> None:
    """Nothing; the figures go to standard output."""
    out = sys.stdout.write
    texts = news_texts()
    extract_commitments(document_from_text(texts[0]))
    started = time.process_time()
    found = sum(len(extract_commitments(document_from_text(text))) for text in texts)
    seconds = time.process_time() - started
    out(f"{TEXTS} texts of {sum(map(len, texts)) / TEXTS:.0f} characters: {seconds:.1f} s, ")
    out(f"{TEXTS / seconds:.0f} texts/s, {found} commitments\n")
    data = protocol_pdf()
    started = time.process_time()
    document = document_from_bytes(data, name="protocol.pdf")
    read = time.process_time() - started
    found = len(extract_commitments(document))
    seconds = time.process_time() - started
    out(f"PDF of {len(document.page_starts)} pages, {len(document.text)} characters: {seconds:.2f} s ")
    out(f"({read:.2f} s for its text), {found} commitments\n")
    out(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / BYTES_PER_MB:.0f} MB\n")


if __name__ == "__main__":
    main()
