"""Known names of one table, with the nearest of them for a mistyped one: quick enough for ten thousand mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

LONGEST_MISTAKE = 80  # a longer word is no slip of the fingers
LEAST_LIKENESS = 55.0  # of 100; below that a suggestion misleads
MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class Names:
    """Names that a cell may hold; `complete` is False where their file could not be read whole: then any goes."""

    folded: Mapping[str, str]
    exact: frozenset[str]
    complete: bool = True

    @staticmethod
    def of(names: Iterable[str], *, complete: bool = True) -> Names:
        """The names in the order given."""
        listed = [name for name in names if name]
        return Names({name: name.casefold() for name in listed}, frozenset(listed), complete)

    def holds(self, name: str) -> bool:
        """Whether the name is known, or cannot be judged."""
        return name in self.exact or not self.complete

    def nearest(self, name: str) -> tuple[str, ...]:
        """Up to three known names that look like `name`, the nearest first, case ignored."""
        wanted = name.casefold()
        if not wanted or len(wanted) > LONGEST_MISTAKE:
            return ()
        close = process.extract(
            wanted, self.folded, scorer=fuzz.ratio, limit=MOST_HINTS, score_cutoff=LEAST_LIKENESS, processor=None
        )
        return tuple(key for _, _, key in close)

    def hint(self, name: str) -> str:
        """A question with the nearest names, to stand at the end of a message; empty where none is near."""
        near = self.nearest(name)
        return f" Did you mean {', '.join(near)}?" if near else ""
