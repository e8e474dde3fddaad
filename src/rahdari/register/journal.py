"""The journal of a review: an append-only file, a decision a line, on disk before the next question is asked (I/O)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where
from rahdari.register.review import Action, Decision

LARGEST_JOURNAL = 50_000_000
# Every decision's line begins with this.
OPENING = '{"action": '


def read_journal(path: Path) -> tuple[Decision, ...]:
    """The decisions of a journal, none where there is no file; a last line that was cut off is left out."""
    if not path.exists():
        return ()
    if path.stat().st_size > LARGEST_JOURNAL:
        message = f"{path.name} is larger than {LARGEST_JOURNAL // 1_000_000} MB: it is no journal of a review."
        raise InputFault(message, kind="too-large", where=Where(path.name))
    try:
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    except OSError as error:
        raise InputFault(f"{path.name} cannot be read.", kind="unreadable-journal", where=Where(path.name)) from error
    decisions: list[Decision] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            decisions.append(_read_decision(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Power failed in the middle of a line: what was not finished was not decided.
            if number < len(lines) and not _is_torn(line):
                faults.append(Fault("not a decision of a review", Where(path.name, number)))
    if faults:
        raise FaultyInput(faults, kind="faulty-journal")
    return tuple(decisions)


def _is_torn(line: str) -> bool:
    """Whether a line is the beginning of a decision; the next run closed it with a line end."""
    return line.startswith(OPENING) or OPENING.startswith(line)


def _read_decision(raw: dict[str, Any]) -> Decision:
    return Decision(
        action=Action(raw["action"]),
        key=str(raw["key"]),
        changes=tuple((str(name), str(value)) for name, value in raw.get("changes", {}).items()),
        into=str(raw.get("into", "")),
        by=str(raw.get("by", "")),
        at=str(raw.get("at", "")),
    )


def append_decision(path: Path, decision: Decision) -> None:
    """Nothing; the decision stands at the end of the journal and on the disk when this returns."""
    record = {
        "action": decision.action.value,
        "key": decision.key,
        "changes": dict(decision.changes),
        "into": decision.into,
        "by": decision.by,
        "at": decision.at,
    }
    line = json.dumps(record, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, (("\n" if torn else "") + line).encode("utf-8", "replace"))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        message = f"{path.name} cannot be written: {error.strerror}. The decision is not kept."
        raise InputFault(message, kind="unwritable-journal", where=Where(path.name)) from error
