"""Limits: how large a document may be, and the fault that says so."""

from __future__ import annotations

from rahdari.exceptions import InputFault, Where

# A file of words, in bytes: a 1,000-page communique is below 4 MB of text.
LARGEST_BYTES = 20_000_000
# A file that may hold pictures beside its words, in bytes.
LARGEST_RICH_BYTES = 100_000_000
# The words themselves, in characters: some 650 pages, read in about 20 s.
LARGEST_CHARACTERS = 2_000_000


def refuse(message: str, name: str, kind: str) -> InputFault:
    """The fault of a file that is not read; `name` is the file's, without its folder."""
    return InputFault(message, kind=kind, where=Where(name))
