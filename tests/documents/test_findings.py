"""Findings of fuzzing: files that once broke a reader; each is read or refused, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.documents import document_from_bytes
from rahdari.exceptions import InputFault

BROKEN = sorted((Path(__file__).parent / "broken").iterdir())


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_what_once_broke_a_reader_is_refused_with_a_message(path: Path) -> None:
    with pytest.raises(InputFault) as caught:
        document_from_bytes(path.read_bytes(), name=path.name)
    assert caught.value.kind == "damaged-document"
    assert path.name in caught.value.message
