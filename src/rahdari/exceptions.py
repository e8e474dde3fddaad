"""The project's errors: one base class, so that every face can show the message alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an input file; row 1 is the header."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input, and where."""

    message: str
    where: Where


class RahdariError(Exception):
    """Base of every error that a user may see; `exit_code` follows the public contract."""

    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        kind: str = "fault",
        where: Where | None = None,
        suggestions: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.where = where
        self.suggestions = tuple(suggestions)


class InputFault(RahdariError):
    """The user can mend it: exit code 2."""


class FaultyInput(InputFault):
    """Every fault of an input at once."""

    def __init__(self, faults: Sequence[Fault], *, kind: str = "faulty-input") -> None:
        listed = "\n".join(f"  {fault.where}: {fault.message}" for fault in faults[:50])
        more = f"\n  and {len(faults) - 50} more" if len(faults) > 50 else ""
        noun = "fault" if len(faults) == 1 else "faults"
        super().__init__(f"{len(faults)} {noun} found:\n{listed}{more}", kind=kind, where=faults[0].where)
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        """How it is made again in another process."""
        return partial(type(self), kind=self.kind), (self.faults,)


class NoAnswer(RahdariError):
    """The method gave no answer (did not converge): exit code 3, no numbers."""

    exit_code = 3


LEAST_START = 3  # letters
MOST_LISTED = 20  # names that a message lists where none is near


def nearest_names(name: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Up to `most` known names that look like `name`, the nearest first, case ignored."""
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    close = difflib.get_close_matches(name.casefold(), list(folded), n=most, cutoff=0.5)
    starts = sorted((key for key in folded if name and key.startswith(name.casefold())), key=len)
    # What begins like a word of three letters or more is what was meant sooner than what only resembles it.
    first, then = (starts, close) if len(name) >= LEAST_START else (close, starts)
    return tuple(folded[key] for key in dict.fromkeys([*first, *then]))[:most]


def unknown_name(what: str, name: str, *, known: Iterable[str], where: Where | None = None) -> InputFault:
    """An InputFault for a name that is not known, with the nearest known names."""
    listed = tuple(known)
    near = nearest_names(name, listed)
    hint = f" Known: {', '.join(listed)}." if 0 < len(listed) <= MOST_LISTED else ""
    hint = f" Did you mean {', '.join(near)}?" if near else hint
    return InputFault(
        f"Unknown {what}: {name!r}.{hint}", kind=f"unknown-{what.replace(' ', '-')}", where=where, suggestions=near
    )
