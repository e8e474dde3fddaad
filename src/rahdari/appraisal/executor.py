"""Where work is spread over processors: results come in the order of the items, whatever finishes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS = 2  # numpy lets go of the interpreter inside its loops, so threads share the arrays and still run side by side


def map_in_order(function: Callable[[Item], Result], items: Iterable[Item], *, workers: int = WORKERS) -> list[Result]:
    """`function` of every item, in the items' order; the first error raised is raised here."""
    listed = list(items)
    if workers < 2 or len(listed) < 2:
        return [function(item) for item in listed]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(function, listed))
