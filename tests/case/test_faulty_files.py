"""Damaged, huge, hostile and missing files of a case: a fault each, and never a crash."""

from __future__ import annotations

import os
import pickle
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.case.conftest import Folder, place

QUICK_S = 10.0  # a person waits; reading what the limits forbid would take far longer


def test_a_truncated_table_says_that_it_is_cut_off(folder: Folder) -> None:
    text = (folder.path / "claims.csv").read_text(encoding="utf-8")
    (folder.path / "claims.csv").write_text(text + 'target,"val', encoding="utf-8")

    fault = folder.the_fault()
    assert (fault.where.file, fault.where.row) == ("claims.csv", len(folder_rows(text)) + 1)
    assert "cut off" in fault.message


def folder_rows(text: str) -> list[str]:
    import csv
    import io

    return ["" for _ in csv.reader(io.StringIO(text))]


def test_text_that_is_not_utf_8_is_told_with_its_row(folder: Folder) -> None:
    data = (folder.path / "claims.csv").read_bytes()
    first_line = data.index(b"\n") + 1
    (folder.path / "claims.csv").write_bytes(data[:first_line] + b"\xff\xfe" + data[first_line:])

    assert place(folder) == ("claims.csv", 2, None)
    assert "Not UTF-8" in folder.the_fault().message


def test_nul_bytes_are_a_fault(folder: Folder) -> None:
    with (folder.path / "claims.csv").open("ab") as file:
        file.write(b"\0")

    assert "NUL" in folder.the_fault().message


def test_a_large_file_is_refused_by_its_size_alone(folder: Folder) -> None:
    with (folder.path / "economy" / "flows.csv").open("r+b") as file:
        file.truncate(200_000_000)
    began = time.monotonic()

    assert any("The file has 200 MB; at most 32 MB are read: keep" in fault.message for fault in folder.faults())
    assert time.monotonic() - began < QUICK_S


def test_a_huge_cell_is_a_fault(folder: Folder) -> None:
    text = (folder.path / "claims.csv").read_text(encoding="utf-8")
    (folder.path / "claims.csv").write_text(text + "x" * 200_000 + ",\n", encoding="utf-8")

    assert "A cell is longer than can be read" in folder.the_fault().message


def test_quotes_upon_quotes_are_read_or_refused_quickly(folder: Folder) -> None:
    text = (folder.path / "claims.csv").read_text(encoding="utf-8")
    (folder.path / "claims.csv").write_text(text + '"' * 1_000_001 + "\n", encoding="utf-8")
    began = time.monotonic()

    assert folder.faults()
    assert time.monotonic() - began < QUICK_S


def test_ten_thousand_faults_are_all_found(folder: Folder) -> None:
    header, rows = folder.read("claims.csv")
    bad = dict(zip(header, rows[0], strict=True)) | {"source": "nobody"}
    rows += [[{**bad, "entity": f"link:road-{n}"}[column] for column in header] for n in range(10_000)]
    folder.write("claims.csv", header, rows)
    began = time.monotonic()

    faults = [fault for fault in folder.faults() if fault.message.startswith("'nobody' is not in the table sources")]
    assert len(faults) == 10_000
    assert time.monotonic() - began < 3 * QUICK_S


def test_blank_lines_count_as_rows_of_the_file(folder: Folder) -> None:
    lines = (folder.path / "claims.csv").read_text(encoding="utf-8").split("\n")
    (folder.path / "claims.csv").write_text("\n".join([lines[0], "", "", *lines[1:]]), encoding="utf-8")
    folder_source = folder.path / "claims.csv"
    text = folder_source.read_text(encoding="utf-8").split("\n")
    text[3] = text[3].replace(text[3].split(",")[2], "many", 1)
    folder_source.write_text("\n".join(text), encoding="utf-8")

    assert place(folder) == ("claims.csv", 4, "value")


def test_a_link_that_leads_out_of_the_folder_is_a_fault(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text("secret", encoding="utf-8")
    (folder.path / "economy" / "more.csv").symlink_to(tmp_path / "elsewhere.csv")

    assert place(folder) == ("economy/more.csv", None, None)


def test_a_link_to_itself_is_no_crash(folder: Folder) -> None:
    (folder.path / "targets.csv").unlink(missing_ok=True)
    (folder.path / "targets.csv").symlink_to(folder.path / "targets.csv")

    assert all("targets.csv" in fault.where.file for fault in folder.faults())


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "a/../../b", "nul\x00.txt"])
def test_a_document_outside_its_folder_is_a_fault(folder: Folder, name: str) -> None:
    (folder.path.parent / "secret.txt").write_text("secret", encoding="utf-8")
    header, rows = documents(folder)
    folder.write("documents.csv", header, rows)
    folder.set_cell("documents.csv", "file", name)

    assert [fault.where.file for fault in folder.faults()] == ["documents.csv"]


def documents(folder: Folder) -> tuple[list[str], list[list[str]]]:
    _, sources = folder.read("sources.csv")
    header = ["id", "file", "title", "date", "language", "source", "note"]
    shelf = folder.path / "documents"
    shelf.mkdir(exist_ok=True)
    return header, [["note", "", "A note", "", "en", sources[0][0], ""]]


@pytest.mark.parametrize("data", [b"", b"Both sides agreed \xff\xfe\x00 to", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_a_damaged_document_is_a_fault_of_that_file(folder: Folder, data: bytes) -> None:
    header, rows = documents(folder)
    (folder.path / "documents" / "broken-note.txt").write_bytes(data)
    rows[0][1] = "broken-note.txt"
    folder.write("documents.csv", header, rows)

    assert [fault.where.file for fault in folder.faults()] == ["documents/broken-note.txt"]


def give_pairs(folder: Folder, data: bytes) -> None:
    text = (folder.path / "case.toml").read_text(encoding="utf-8").split("[outside_view]")[0]
    source = folder.read("sources.csv")[1][0][0]
    text += f'\n[outside_view]\npairs = "history.npz"\nsource = "{source}"\n'
    (folder.path / "case.toml").write_text(text, encoding="utf-8")
    (folder.path / "history.npz").write_bytes(data)


def packed(path: Path, **arrays: object) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.save(file, np.asarray(array))
    return path.read_bytes()


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('a pickle was run')",))


@pytest.mark.parametrize(
    "make",
    [
        lambda path: pickle.dumps(Bomb()),
        lambda path: packed(path, iso3=np.array([Bomb()], dtype=object), years=[2000], exports_musd=[[[1.0]]]),
        lambda path: packed(path, iso3=["AAA"], years=[2000], exports_musd=[[[1.0]]])[:200],
        lambda path: packed(path, iso3=["AAA"], years=[2000]),
        lambda path: packed(path, iso3=["AAA"], years=[2000], exports_musd=[[[-1.0]]]),
        lambda path: packed(path, iso3=["AAA"], years=[2000], exports_musd=[[["x"]]]),
        lambda path: packed(path, iso3="AAA", years=2000, exports_musd=1.0),
        lambda path: b"",
    ],
    ids=["pickle", "pickled-array", "cut-off", "array-missing", "negative", "text", "no-lists", "empty"],
)
def test_a_bad_file_of_pair_histories_is_a_fault_and_never_run(
    folder: Folder, tmp_path: Path, make: Callable[[Path], bytes]
) -> None:
    give_pairs(folder, make(tmp_path / "made.npz"))

    assert place(folder) == ("history.npz", None, None)


def test_pair_histories_that_unpack_to_gigabytes_are_refused_unread(folder: Folder, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("iso3.npy", bytes(300_000_000))
    give_pairs(folder, (tmp_path / "made.npz").read_bytes())

    assert "unpacked it has 300 MB" in folder.the_fault().message


def test_too_many_files_are_refused(folder: Folder) -> None:
    for number in range(2_100):
        (folder.path / f"{number}.txt").touch()

    assert "more than 2,000 files" in folder.the_fault().message


def test_folders_in_folders_without_end_are_refused(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.path)
    for _ in range(1_200):
        Path("d").mkdir()
        monkeypatch.chdir("d")
    monkeypatch.chdir(folder.path)

    assert "more than 20 deep" in folder.the_fault().message
    # Python's own removal of temporary folders is recursive: take them apart here.
    subprocess.run(["rm", "-rf", str(folder.path / "d")], check=True)


def test_a_pipe_or_a_folder_in_place_of_a_table_is_a_fault(folder: Folder) -> None:
    (folder.path / "books.csv").unlink()
    os.mkfifo(folder.path / "books.csv")

    assert place(folder) == ("books.csv", None, None)
    assert folder.the_fault().message == "It is no plain file."


def test_an_empty_folder_is_a_list_of_what_is_missing(tmp_path: Path) -> None:
    faults = Folder(tmp_path).faults()

    assert {fault.message for fault in faults} == {"The file is missing."}
    assert "case.toml" in {fault.where.file for fault in faults}
