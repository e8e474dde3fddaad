"""An earlier answer -> the options that gave it, and whether the case is still the same (I/O)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rahdari.appraisal.appraise import Options
from rahdari.case import Case
from rahdari.exceptions import InputFault, Where

MAX_BYTES = 64_000_000
MAX_DRAWS = 100_000


def read_options(path: Path) -> Options:
    """Measures, book, draws, seed and precision of the answer in `path`."""
    held = _read_answer(path)
    books = list(held["books"])
    return Options(
        measures=tuple(measure["id"] for measure in held["measures"]),
        book=books[0] if len(books) == 1 else None,
        draws=held["draws"],
        seed=held["seed"],
        precision=held.get("precision"),
    )


def check_same_case(path: Path | None, case: Case) -> None:
    """Nothing; raises InputFault where the answer in `path` was made from another state of the case."""
    if path is None:
        return
    held = _read_answer(path)["case_sha256"]
    if held != case.sha256:
        raise InputFault(
            f"The answer was made from another state of the case ({held[:12]}, now {case.sha256[:12]}): "
            "take that state, or appraise anew.",
            kind="other-case",
            where=Where(path.name),
        )


def _read_answer(path: Path) -> dict[str, Any]:
    """The object in the file, with the keys that a replay needs."""
    where = Where(path.name)
    if path.stat().st_size > MAX_BYTES:
        raise InputFault(f"The file has more than {MAX_BYTES / 1e6:.0f} MB.", kind="file", where=where)
    try:
        held = json.loads(path.read_bytes())
        known = (
            isinstance(held["case_sha256"], str)
            and isinstance(held["books"], dict)
            and all(isinstance(measure["id"], str) for measure in held["measures"])
            and all(type(held[key]) is int for key in ("draws", "seed"))
            and 1 <= held["draws"] <= MAX_DRAWS
            and held["seed"] >= 0
            and isinstance(held.get("precision"), float | None)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        message = "Not an answer of `rahdari appraise --json`: it lacks case_sha256, books, measures, draws or seed."
        raise InputFault(message, kind="no-answer-file", where=where)
    found: dict[str, Any] = held
    return found
