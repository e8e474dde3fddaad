"""Documents: what a file becomes, and the faults of files that are no text."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from pathlib import Path

import pytest

from rahdari.documents import read_document
from rahdari.documents.limits import LARGEST_CHARACTERS
from rahdari.exceptions import InputFault

ENGLISH = "The two sides signed an agreement – and that was all of it. They met in Lima."
RUSSIAN = "Стороны подписали соглашение о сотрудничестве в области транспорта и договорились о новых рейсах."


def written(folder: Path, data: bytes | str, name: str = "notice.txt") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_the_text_is_the_file_without_mark_and_with_line_feeds(tmp_path: Path) -> None:
    document = read_document(written(tmp_path, b"\xef\xbb\xbfOne  line.\r\n\r\nTwo.\rThree.\n"))
    assert document.text == "One  line.\n\nTwo.\nThree.\n"


def test_the_hash_is_of_the_bytes_of_the_file(tmp_path: Path) -> None:
    data = b"The sides met.\r\n"
    assert read_document(written(tmp_path, data)).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_english_is_decoded_from_each_common_encoding(tmp_path: Path, encoding: str) -> None:
    assert read_document(written(tmp_path, ENGLISH.encode(encoding))).text == ENGLISH


def test_russian_is_decoded_from_the_windows_code_page(tmp_path: Path) -> None:
    assert read_document(written(tmp_path, RUSSIAN.encode("cp1251"))).text == RUSSIAN


def test_a_date_given_replaces_the_date_found(tmp_path: Path) -> None:
    path = written(tmp_path, "LIMA, 3 May 2024 - The sides met.")
    assert read_document(path).date == dt.date(2024, 5, 3)
    assert read_document(path, date=dt.date(2025, 1, 2)).date == dt.date(2025, 1, 2)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n", "picture"),
        ("a.txt", b"\xff\xd8\xff\xe0JFIF", "JPEG"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "old Word"),
        ("a.txt", b"<?xml version='1.0'?><feed/>", "XML"),
    ],
)
def test_another_format_is_refused_by_its_name(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    with pytest.raises(InputFault, match=words) as caught:
        read_document(written(tmp_path, data, name))
    assert caught.value.kind == "unknown-format"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_a_fault(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputFault) as caught:
        read_document(written(tmp_path, data))
    assert caught.value.kind == "empty-document"


def test_binary_bytes_are_a_fault_that_names_the_byte(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="byte 4"):
        read_document(written(tmp_path, b"text\x00\x01\x02"))


@pytest.mark.parametrize("cut", [1, 2])
def test_a_character_cut_off_at_the_end_is_a_fault_that_names_the_byte(tmp_path: Path, cut: int) -> None:
    data = "The sides met — and left…".encode()
    with pytest.raises(InputFault, match=f"byte {len(data) - 3}") as caught:
        read_document(written(tmp_path, data[:-cut]))
    assert caught.value.kind == "truncated-document"


def test_utf16_cut_off_in_a_unit_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="cut off"):
        read_document(written(tmp_path, ENGLISH.encode("utf-16")[:-1]))


def test_damaged_utf8_is_a_fault_and_not_guessed_at(tmp_path: Path) -> None:
    data = ("Türkiye et Côte d’Ivoire " * 5).encode() + b"\xff" + "é è".encode()
    with pytest.raises(InputFault, match="byte") as caught:
        read_document(written(tmp_path, data))
    assert caught.value.kind == "undecodable-document"


def test_a_line_of_a_hundred_megabytes_is_refused_quickly(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    start = time.monotonic()
    with pytest.raises(InputFault, match="larger than 20 MB"):
        read_document(path)
    assert time.monotonic() - start < 5


def test_the_longest_text_is_read_and_a_longer_one_refused(tmp_path: Path) -> None:
    assert len(read_document(written(tmp_path, b"a " * (LARGEST_CHARACTERS // 2))).text) == LARGEST_CHARACTERS
    with pytest.raises(InputFault, match="more than 2,000,000 characters"):
        read_document(written(tmp_path, b"a" * (LARGEST_CHARACTERS + 1)))


@pytest.mark.parametrize("name", ["missing.txt", ".", "bad\0name"])
def test_a_path_that_cannot_be_read_is_a_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputFault) as caught:
        read_document(tmp_path / name)
    assert caught.value.kind == "unreadable-document"


def test_no_message_holds_the_folder_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputFault) as caught:
        read_document(tmp_path / "missing.txt")
    assert str(tmp_path) not in caught.value.message
