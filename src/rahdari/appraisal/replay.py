"""An earlier answer -> the options that gave it, whether the case is still the same, and what comes out other (I/O)."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rahdari import __version__
from rahdari.appraisal.appraise import Options
from rahdari.case import Case
from rahdari.exceptions import InputFault, Where

MAX_BYTES = 64_000_000
MAX_DRAWS = 100_000
MAX_PRECISION = 0.5
COUNTING = ("numpy", "scipy")  # another release of these may round otherwise


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


def find_versions() -> Mapping[str, str]:
    """The versions on which the last digits of an answer depend, by name."""
    return {"rahdari": __version__, "python": ".".join(platform.python_version_tuple()[:2])} | {
        name: version(name) for name in COUNTING
    }


def find_differences(path: Path, answer: Mapping[str, object]) -> str:
    """Where the answer in `path` and its replay differ, and by which versions each was made; empty where nowhere."""
    held, now = _read_answer(path), json.loads(json.dumps(answer))
    parts = [key for key in now if key in held and key != "versions" and held[key] != now[key]]
    if not parts:
        return ""
    told, here = held.get("versions"), find_versions()
    before = told if isinstance(told, dict) else {}
    changed = [f"{name} {before.get(name, 'unknown')} then, {here[name]} now"
               for name in here if before.get(name) != here[name]]  # fmt: skip
    why = f"versions: {'; '.join(changed)}" if changed else "the versions are the same, so the file was changed"
    return f"The answer in {path.name} is not what comes out now: {', '.join(parts)} differ ({why})."


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
            and _is_precision(held.get("precision"))
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        message = "Not an answer of `rahdari appraise --json`: it lacks case_sha256, books, measures, draws or seed."
        raise InputFault(message, kind="no-answer-file", where=where)
    found: dict[str, Any] = held
    return found


def _is_precision(value: object) -> bool:
    return value is None or (isinstance(value, float) and 0 < value <= MAX_PRECISION)
