# ruff: noqa: S608 - the SQL is made of our own layouts and of quoted paths
"""Imports published trade files into a case as Parquet, through DuckDB: resumable, with totals that reconcile (I/O)."""

from __future__ import annotations

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where, unknown_name
from rahdari.trade.database import open_database, quote
from rahdari.trade.heading import Heading, find_missing, read_heading
from rahdari.trade.import_record import (
    ImportedFile,
    ImportReport,
    Reason,
    YearTotal,
    is_done,
    list_faults,
    list_warnings,
    read_manifest,
    write_manifest,
)
from rahdari.trade.layouts import LAYOUTS, Layout

FOLDER = "imports"
ENDINGS = (".csv", ".csv.gz", ".txt", ".txt.gz")
# What BACI calls its products.
NAMES = "product_codes"
NAMED = "names.json"
PACKED = (".zip", ".7z", ".rar")
# Files beside the data that hold codes and descriptions, not trade.
BESIDE = (
    "country_codes",
    "product_codes",
    "readme",
    "metadata",
    "wdicountry",
    "wdiseries",
    "wdifootnote",
    "countries_v",
)
# Codes of economies have three digits in UN M49; a larger one cannot be read.
LARGEST_CODE = 9_999
MOST_FAULTS = 100
# A dictionary of the 7,000 products of a year is worth its place; one of values, which hardly repeat, takes time alone.
PARQUET = "(FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 10000)"
CHUNK_BYTES = 1 << 20


def import_files(
    source: str, path: Path, *, into: Path, progress: Callable[[str, int, int], None] | None = None
) -> ImportReport:
    """What was imported from a file or a folder of files into INTO/imports/SOURCE, one Parquet part a file.

    A file done by an earlier run (same name, size and time) is not read again. Parts are written whole or not at all.
    Rows that cannot be read are faults with their line; what is left out on purpose is counted by reason; both and what
    was imported add up to the file's rows and value, or the import fails.
    """
    layouts = LAYOUTS.get(source.lower())
    if layouts is None:
        raise unknown_name("source", source, known=LAYOUTS)
    if not into.is_dir():
        raise InputFault(f"There is no folder {into.name!r} to import into.", kind="no-such-folder")
    found = _find_files(path)
    place = into / FOLDER / layouts[0].source
    _check_inside(place, into)
    place.mkdir(parents=True, exist_ok=True)
    done = read_manifest(place)
    kept: list[ImportedFile] = []
    resumed = 0
    for number, file in enumerate(found):
        label = _label(file, path)
        if progress is not None:
            progress(label, number, len(found))
        held = done.get(label)
        if held is not None and is_done(held, file, place):
            kept.append(held)
            resumed += 1
            continue
        with _connected() as connection:
            imported = _import_file(connection, layouts, file, label=label, place=place)
        kept.append(imported)
        done[label] = imported
        write_manifest(place, done)
    if layouts[0].pairs:
        with _connected() as connection:
            _write_pairs(connection, place, [file.part for file in kept])
    _write_names(path, place)
    return ImportReport(layouts[0].source, tuple(kept), resumed, list_faults(kept), list_warnings(layouts, kept))


def _check_inside(place: Path, into: Path) -> None:
    """Nothing, or a fault where the place of the parts, or anything in it, is a link that leads out of the case."""
    root = into.resolve()
    for path in (place.parent, place, *(sorted(place.iterdir()) if place.is_dir() else ())):
        # Not Path.resolve, which raises where a link leads to itself.
        if not Path(os.path.realpath(path)).is_relative_to(root):
            message = "The link leads out of the case folder, so nothing is written to it: put the file itself there."
            raise InputFault(message, kind="outside-case", where=Where(path.relative_to(into).as_posix()))


@contextmanager
def _connected() -> Iterator[Any]:
    """A connection that knows the codes of economies."""
    with open_database() as connection:
        text = files("rahdari.trade").joinpath("codes.csv").read_text(encoding="utf-8")
        rows = [(int(row["code"]), row["iso3"], row["kind"]) for row in csv.DictReader(text.splitlines())]
        connection.execute("CREATE TABLE known (code INTEGER, iso3 VARCHAR, kind VARCHAR)")
        connection.executemany("INSERT INTO known VALUES (?, ?, ?)", rows)
        # Every code has a label, and labels are an enumeration: ten million copies of a text take seconds to write.
        connection.execute(
            f"""CREATE TABLE labels AS SELECT code, coalesce(iso3, 'M49-' || code) AS iso3, coalesce(kind, '') AS kind
            FROM (SELECT CAST(range AS INTEGER) AS code FROM range({LARGEST_CODE + 1})) LEFT JOIN known USING (code)"""
        )
        connection.execute("CREATE TYPE economy AS ENUM (SELECT DISTINCT iso3 FROM labels)")
        connection.execute(
            "CREATE TABLE codes AS SELECT code, CAST(iso3 AS economy) AS iso3, kind = 'aggregate' AS grouped "
            "FROM labels"
        )
        # A look-up in a list takes a fraction of a join's time, which on ten million rows is seconds.
        for name, column in (("economy_of", "iso3"), ("is_aggregate", "grouped")):
            connection.execute(f"SET VARIABLE {name} = (SELECT list({column} ORDER BY code) FROM codes)")
            connection.execute(
                f"CREATE MACRO {name}(code) AS CASE WHEN code BETWEEN 0 AND {LARGEST_CODE} "
                f"THEN getvariable('{name}')[code + 1] END"
            )
        yield connection


def _find_files(path: Path) -> tuple[Path, ...]:
    """The files of trade at the path or in folders below it, by name; the files of codes beside them are left out."""
    if path.is_file() and path.suffix.lower() in PACKED:
        raise InputFault(
            f"{path.name} is packed: unpack it, and import the folder.", kind="packed", where=Where(path.name)
        )
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise InputFault(f"There is no file or folder {path.name!r}.", kind="no-such-file", where=Where(path.name))
    found = tuple(
        file
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.name.lower().endswith(ENDINGS) and not file.name.lower().startswith(BESIDE)
    )
    if not found:
        packed = any(file.suffix.lower() in PACKED for file in path.iterdir())
        hint = " Unpack what it holds first." if packed else ""
        message = f"The folder {path.name!r} holds no CSV file.{hint}"
        raise InputFault(message, kind="no-such-file", where=Where(path.name))
    twice = [name for name, count in Counter(_part(_label(file, path)) for file in found).items() if count > 1]
    if twice:
        message = f"the folder holds {twice[0].removesuffix('.parquet')!r} twice, packed and not or cased differently"
        raise FaultyInput([Fault(f"{message}: keep one", Where(path.name))])
    return found


def _label(file: Path, path: Path) -> str:
    """The name by which a file is known: with its folders, where it lies below the one that is imported."""
    return "-".join(file.relative_to(path).parts) if path.is_dir() else file.name


def _part(label: str) -> str:
    """The name of a file's part."""
    return re.split(r"\.(?:csv|txt)", label, maxsplit=1, flags=re.IGNORECASE)[0] + ".parquet"


def _import_file(connection: Any, layouts: Sequence[Layout], file: Path, *, label: str, place: Path) -> ImportedFile:
    """One file read, checked, written as a part, and reconciled."""
    if file.stat().st_size == 0:
        raise FaultyInput([Fault("the file is empty", Where(file.name))])
    heading = read_heading(file, layouts)
    layout = heading.layout
    part = _part(label)
    fresh = place / (part + ".new")
    result_value = layout.result_value or "CAST(NULL AS DOUBLE)"
    try:
        names = _copy(connection, heading, file, into=fresh)
        kept = ", ".join(f'"{name}"' for name in names)
        rejects = _rejects(connection)
        whole = f"read_parquet('{quote(fresh)}')"
        reasons, years = _count(connection, whole, result_value)
        read = int(connection.execute(f"SELECT count(*) FROM {whole}").fetchone()[0])
        if reasons:
            clean = place / (part + ".clean")
            connection.execute(f"COPY (SELECT {kept} FROM {whole} WHERE dropped IS NULL) TO '{quote(clean)}' {PARQUET}")
            os.replace(clean, fresh)  # noqa: PTH105 - one call, and both are paths already
    except Exception as error:
        import duckdb  # noqa: PLC0415 - an extra, loaded by now

        fresh.unlink(missing_ok=True)
        if not isinstance(error, duckdb.Error | OSError):
            raise
        raise InputFault(
            f"The file cannot be read: {str(error).splitlines()[0][:300]}", kind="unreadable", where=Where(file.name)
        ) from error
    state = file.stat()
    if not layout.wide:
        _check_lines(file, skip=heading.skip, told=read + len({line for line, _, _ in rejects}), part=fresh)
    rows = sum(entry.rows for entry in years)
    imported = ImportedFile(
        name=label,
        size=state.st_size,
        modified_ns=state.st_mtime_ns,
        part=part,
        read=read,
        rows=rows,
        dropped=reasons,
        years=years,
        unreadable=len({line for line, _, _ in rejects}),
        faults=rejects[:MOST_FAULTS],
        ended=file.suffix == ".gz" or _ends_with_line(file),
    )
    fresh.replace(place / part)
    return imported


def _copy(connection: Any, heading: Heading, file: Path, *, into: Path) -> list[str]:
    """The columns of the part that the file is written to, in one pass over its text.

    Rows that stay and rows that do not go to one part, told apart by a last column `dropped`. Where rows are unreadable
    for a way to write what is missing that the start of the file did not show, the file is read once more.
    """
    missing = heading.missing
    while True:
        _register_raw(connection, heading, file, missing=missing)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW told AS {heading.layout.select}")
        names = [row[0] for row in connection.execute("DESCRIBE told").fetchall() if row[0] != "dropped"]
        kept = ", ".join(f'"{name}"' for name in names)
        connection.execute(f"COPY (SELECT {kept}, dropped FROM told) TO '{quote(into)}' {PARQUET}")
        lines = connection.execute(
            "SELECT DISTINCT csv_line FROM reject_errors WHERE csv_line LIKE '% NA%' LIMIT 1000"
        ).fetchall()
        more = find_missing("\n".join(str(line) for (line,) in lines)) - missing
        if not more:
            return names
        missing |= more
        connection.execute("DROP TABLE reject_errors")
        connection.execute("DROP TABLE reject_scans")


def _register_raw(connection: Any, heading: Heading, file: Path, *, missing: frozenset[str]) -> None:
    """Nothing; the relation `raw` is the file with the layout's types, and rows that do not fit are kept aside."""
    known = {name.casefold(): kind for name, kind in heading.layout.columns}
    types = ", ".join(f"'{quote(name)}': '{known.get(name.casefold(), 'VARCHAR')}'" for name in heading.columns)
    connection.execute(
        f"""CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM read_csv('{quote(file)}', auto_detect = false,
        header = false, skip = {heading.skip}, delim = '{heading.delimiter}', quote = '"', escape = '"',
        encoding = '{heading.encoding}', columns = {{{types}}},
        nullstr = {sorted(missing)}, store_rejects = true, rejects_limit = 0)"""
    )


def _rejects(connection: Any) -> tuple[tuple[int, str, str], ...]:
    """Line, column and reason of each row that cannot be read, the first reason of a line alone."""
    found = connection.execute(
        "SELECT line, first(column_name ORDER BY column_idx), first(error_message ORDER BY column_idx) "
        "FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    return tuple((int(line), str(column or ""), str(message).splitlines()[0]) for line, column, message in found)


def _count(connection: Any, whole: str, value: str) -> tuple[tuple[Reason, ...], tuple[YearTotal, ...]]:
    """Rows and values that are left out by reason, and that stay by year."""
    told = connection.execute(
        f"SELECT dropped, year, count(*), coalesce(sum({value}), 0) FROM {whole} GROUP BY dropped, year ORDER BY 1, 2"
    ).fetchall()
    years = tuple(YearTotal(int(year), int(rows), float(sum_)) for why, year, rows, sum_ in told if why is None)
    reasons: dict[str, Reason] = {}
    for why, _, rows, sum_ in told:
        if why is not None:
            held = reasons.get(why, Reason(why, 0, 0.0))
            reasons[why] = Reason(why, held.rows + int(rows), held.value_musd + float(sum_))
    return tuple(reasons.values()), years


def _check_lines(file: Path, *, skip: int, told: int, part: Path) -> None:
    """Nothing, or FaultyInput where rows read and unreadable are not the file's lines: none may vanish."""
    if file.suffix == ".gz":
        return
    lines, last = 0, b""
    held = bytearray(CHUNK_BYTES)
    with file.open("rb", buffering=0) as stream:
        while count := stream.readinto(held):
            signs = np.frombuffer(held, dtype=np.uint8, count=count)
            if (signs == ord('"')).any():
                return  # a quoted cell may hold line ends
            lines += int(np.count_nonzero(signs == ord("\n")))
            last = bytes(signs[-1:])
    lines += last not in (b"\n", b"")
    if lines - skip < told or lines - skip > told + _blank_lines(file):
        part.unlink(missing_ok=True)
        message = f"the file has {lines - skip} rows, but {told} were read: it may have changed meanwhile"
        raise FaultyInput([Fault(message, Where(file.name))])


def _ends_with_line(file: Path) -> bool:
    """Whether the last byte of a file that is not packed ends a line."""
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) in (b"\n", b"\r")


def _blank_lines(file: Path) -> int:
    """How many lines are empty; counted only where the rows do not add up."""
    with file.open("rb") as stream:
        return sum(not line.strip() for line in stream)


def _write_pairs(connection: Any, place: Path, parts: Sequence[str]) -> None:
    """Nothing; pairs.parquet holds the value of each pair, year, book, flow and valuation, never one for two books.

    Where products of several levels stand side by side (TOTAL, HS2, HS6) each level has its rows.
    """
    listed = ", ".join(f"'{quote(place / part)}'" for part in parts)
    fresh = place / "pairs.parquet.new"
    connection.execute(
        f"""COPY (SELECT year, exporter, importer, book, flow, valuation,
            CASE WHEN product = 'TOTAL' THEN 'TOTAL' ELSE 'digits ' || length(product) END AS level,
            count(*) AS rows, sum(value_musd) AS value_musd, sum(quantity_t) AS quantity_t
            FROM read_parquet([{listed}]) GROUP BY ALL)
            TO '{quote(fresh)}' {PARQUET}"""
    )
    fresh.replace(place / "pairs.parquet")


def _write_names(path: Path, place: Path) -> None:
    """Nothing; names.json holds what products are called, where a file of codes lies beside the data."""
    names: dict[str, str] = {}
    for file in sorted(path.rglob("*")) if path.is_dir() else ():
        if file.name.lower().startswith(NAMES) and file.suffix.lower() == ".csv":
            text = file.read_bytes().decode("utf-8-sig", "replace")
            names |= {row[0].strip(): row[1].strip() for row in csv.reader(text.splitlines()[1:]) if len(row) > 1}
    if names:
        (place / NAMED).write_text(json.dumps(names, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
