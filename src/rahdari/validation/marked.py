"""Marked documents: how well the reading does on texts in which a person marked the commitments (I/O)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from rahdari.documents import read_document
from rahdari.register.extraction import extract_commitments
from rahdari.register.scoring import pool_scores, read_gold, score_commitments
from rahdari.validation.bench import Bench, MarkedReading
from rahdari.validation.published import is_exact

SHIPPED = ("development", "earlier", "held_out")
# The name of the set that lies in the folder of published data, if any.
GIVEN = "data"
SETS = (*SHIPPED, GIVEN)
GOLD = ".gold.jsonl"
TEXTS = (".txt", ".md")
FIELDS = ("kind", "status", "value", "unit", "baseline", "deadline", "places", "parties")
SHARES = ("precision", "recall", "f1", "spans", *FIELDS)


def marked_share(bench: Bench, name: str, what: str) -> float | None:
    """A share, 0 to 1, of the reading of a set of marked documents; None where the set is not there."""
    reading = read_marked(bench, name)
    if reading is None:
        return None
    score = reading.score
    if what == "spans":
        return reading.exact / len(score.matches) if score.matches else 1.0
    if what in FIELDS:
        return score.accuracy(what)
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}[what]


def read_marked(bench: Bench, name: str) -> MarkedReading | None:
    """The pooled reading of a set of marked documents, made once a bench; None where the set is not there."""
    folder = _folder(bench, name)
    pairs = tuple(_pairs(folder)) if folder is not None else ()
    if not pairs:
        return None
    key = f"marked:{name}"
    if key not in bench.readings:
        scores, exact = [], 0
        for text, gold in pairs:
            document = read_document(text)
            score = score_commitments(read_gold(gold, document.text), extract_commitments(document))
            exact += sum(is_exact(match.found, document.text) for match in score.matches)
            scores.append(score)
        bench.readings[key] = MarkedReading(pool_scores(scores), exact)
    return bench.readings[key]


def _folder(bench: Bench, name: str) -> Path | None:
    if name == GIVEN:
        return None if bench.data is None else bench.data / "marked"
    return Path(str(files("rahdari").joinpath("validation", "marked", name)))


def _pairs(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The texts of a folder that have marks beside them, with the marks."""
    for gold in sorted(folder.glob(f"*{GOLD}")):
        stem = gold.name.removesuffix(GOLD)
        yield from ((text, gold) for suffix in TEXTS if (text := folder / f"{stem}{suffix}").is_file())


def reading_record(bench: Bench) -> dict[str, object]:
    """The scores of each set of marked documents and what was confused with what, ready for JSON."""
    record: dict[str, object] = {}
    for name in SETS:
        reading = read_marked(bench, name)
        if reading is not None:
            record[name] = {
                "marked": len(reading.score.matches) + len(reading.score.missed),
                "found": len(reading.score.matches) + len(reading.score.extra),
                **{what: marked_share(bench, name, what) for what in SHARES},
                "confusion": [
                    {"field": field, "marked": marked, "read": read, "count": count}
                    for (field, marked, read), count in _confusions(reading)
                ],
            }
    return record


def _confusions(reading: MarkedReading) -> list[tuple[tuple[str, str, str], int]]:
    """How often a kind or status was marked as one and read as another, the most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for match in reading.score.matches:
        for field, marked in (("kind", match.gold.kinds), ("status", match.gold.statuses)):
            if not match.agrees[field]:
                counts[field, "/".join(sorted(marked)), str(getattr(match.found, field))] += 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def tabulate_reading(bench: Bench) -> Iterator[Table]:
    """A table of the scores of each set of marked documents, and one of what was confused with what."""
    names = [name for name in SETS if read_marked(bench, name) is not None]
    table = Table("reading", *names, title="Reading of marked documents", title_justify="left", box=SIMPLE)
    for what in SHARES:
        table.add_row(what, *(f"{marked_share(bench, name, what):.3f}" for name in names))
    yield table
    confused = Table("set", "field", "marked", "read", "times", title="Confused", title_justify="left", box=SIMPLE)
    for name in names:
        reading = read_marked(bench, name)
        for (field, marked, read), count in _confusions(reading) if reading else ():
            confused.add_row(name, field, marked, read, str(count))
    yield confused
