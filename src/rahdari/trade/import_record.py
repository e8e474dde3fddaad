"""What an import holds and left out, and the manifest by which a later run knows what is done (I/O)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rahdari.exceptions import Fault, Where
from rahdari.trade.layouts import Layout

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were left out, how many, and their value in million USD (0 where rows have none)."""

    why: str
    rows: int
    value_musd: float


@dataclass(frozen=True, slots=True)
class YearTotal:
    """The value imported of one year, million USD, and its rows."""

    year: int
    rows: int
    value_musd: float


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One file: its rows, what of it was left out, and the part that holds the rest.

    `ended` is false where its last row has no line end, as in a file that is cut within a number.
    """

    name: str
    size: int
    modified_ns: int
    part: str
    read: int
    rows: int
    dropped: tuple[Reason, ...]
    years: tuple[YearTotal, ...]
    unreadable: int
    faults: tuple[tuple[int, str, str], ...]
    ended: bool = True


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import holds; `resumed` counts files that an earlier run had done."""

    source: str
    files: tuple[ImportedFile, ...]
    resumed: int
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows imported."""
        return sum(file.rows for file in self.files)

    @property
    def skipped(self) -> int:
        """Rows left out, for a reason or because they cannot be read."""
        return sum(file.unreadable + sum(reason.rows for reason in file.dropped) for file in self.files)

    @property
    def years(self) -> tuple[YearTotal, ...]:
        """Totals by year over all files."""
        totals: dict[int, YearTotal] = {}
        for entry in (entry for file in self.files for entry in file.years):
            held = totals.get(entry.year, YearTotal(entry.year, 0, 0.0))
            totals[entry.year] = YearTotal(entry.year, held.rows + entry.rows, held.value_musd + entry.value_musd)
        return tuple(totals[year] for year in sorted(totals))

    @property
    def value_musd(self) -> float:
        """Value imported, million USD."""
        return sum(entry.value_musd for entry in self.years)


def read_manifest(place: Path) -> dict[str, ImportedFile]:
    """The files that earlier runs have done; none where the manifest is absent or damaged."""
    try:
        told = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        return {
            name: ImportedFile(
                **entry
                | {
                    "dropped": tuple(Reason(**reason) for reason in entry["dropped"]),
                    "years": tuple(YearTotal(**year) for year in entry["years"]),
                    "faults": tuple(tuple(fault) for fault in entry["faults"]),
                }
            )
            for name, entry in told.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def write_manifest(place: Path, done: dict[str, ImportedFile]) -> None:
    """Nothing; the manifest names every file that is done."""
    fresh = place / (MANIFEST + ".new")
    text = json.dumps({name: asdict(entry) for name, entry in done.items()}, indent=1, ensure_ascii=False)
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(place / MANIFEST)


def is_done(held: ImportedFile, file: Path, place: Path) -> bool:
    """Whether the file is the one that was imported (same size and time) and its part is still there."""
    state = file.stat()
    return (held.size, held.modified_ns) == (state.st_size, state.st_mtime_ns) and (place / held.part).is_file()


def list_faults(kept: Sequence[ImportedFile]) -> tuple[Fault, ...]:
    """The rows that cannot be read, with their file, line and column."""
    return tuple(
        Fault(message, Where(file.name, line, column or None)) for file in kept for line, column, message in file.faults
    )


def list_warnings(layouts: Sequence[Layout], kept: Sequence[ImportedFile]) -> tuple[str, ...]:
    """What was left out and what to beware of."""
    notes = [note for note in dict.fromkeys(layout.note for layout in layouts) if note]
    reasons: dict[str, int] = {}
    for reason in (reason for file in kept for reason in file.dropped):
        reasons[reason.why] = reasons.get(reason.why, 0) + reason.rows
    notes += [f"Left out, {why}: {rows:,} rows." for why, rows in reasons.items()]
    for file in kept:
        if file.unreadable:
            last = file.faults[-1][0] if file.faults else 0
            cut = (
                " The last row is one of them: the file may be cut off." if last >= file.read + file.unreadable else ""
            )
            if any("unterminated quote" in message for _, _, message in file.faults):
                cut = " A quote is opened and not closed: what follows it is not read, so mend it and import again."
            notes.append(f"{file.name}: {file.unreadable:,} rows cannot be read.{cut}")
        elif not file.read:
            notes.append(f"{file.name}: there are no rows below the header.")
        elif not file.ended:
            notes.append(
                f"{file.name} does not end with a line end: if it was cut off, the figure of its last row is wrong."
            )
    return tuple(notes)
