"""Where work runs: here, on threads, on processes or on a Dask cluster. Results come in the order of the items.

What runs elsewhere than here or on threads must be importable, and so must its items be: names and numbers, not worlds.
The result of an item depends on the item alone, so the place where it runs changes no byte of it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from rahdari.exceptions import InputFault, unknown_name
from rahdari.trade.blas import one_thread

Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS = 2  # numpy lets go of the interpreter inside its loops, so threads share the arrays and still run side by side
PLACES = ("serial", "threads", "processes", "dask")
# The nanny's own value of this lets glibc give back every freed array at once, which slows large arrays fourfold.
KEEP_FREED_BYTES = 1 << 30


class Executor(Protocol):
    """A place where work runs."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """`function` of every item, in the items' order; the first error raised is raised here."""


@dataclass(frozen=True, slots=True)
class Serial:
    """Here, one after another."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """`function` of every item, in the items' order."""
        return [function(item) for item in items]


@dataclass(frozen=True, slots=True)
class Pool:
    """On a pool of threads or processes of this machine."""

    pool: ThreadPoolExecutor | ProcessPoolExecutor

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """`function` of every item, in the items' order."""
        return list(self.pool.map(function, items))


@dataclass(frozen=True, slots=True)
class Cluster:
    """On the workers of a Dask cluster."""

    client: Any

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """`function` of every item, in the items' order."""
        gathered: list[Result] = self.client.gather(self.client.map(function, list(items), pure=False))
        return gathered


@contextmanager
def open_executor(place: str) -> Iterator[Executor]:
    """The place that words name until it closes: "serial", "processes:4", "dask:2", "dask:tcp://host:8786"."""
    kind, _, rest = place.partition(":")
    if kind not in PLACES:
        raise unknown_name("executor", kind, known=PLACES)
    if kind == "dask":
        with _open_dask(rest) as client:
            yield Cluster(client)
    elif kind == "serial":
        if rest:
            raise InputFault(f"{place!r}: serial work has one worker; write serial, or processes:{rest}.", kind="usage")
        yield Serial()
    else:
        workers = _read_workers(rest, place)
        # A fresh interpreter holds none of this one's threads and locks.
        fresh = multiprocessing.get_context("spawn")
        threads = kind == "threads"
        with ThreadPoolExecutor(workers) if threads else ProcessPoolExecutor(workers, mp_context=fresh) as pool:
            yield Pool(pool)


@contextmanager
def _open_dask(address: str) -> Iterator[Any]:
    try:
        import dask  # noqa: PLC0415 - an extra: only scaled-out work needs it
        from distributed import Client, LocalCluster  # noqa: PLC0415
    except ImportError as error:
        message = "The executor dask needs the extra scale: pip install 'rahdari[scale]'."
        raise InputFault(message, kind="missing-extra") from error
    if "://" in address:
        try:
            client = Client(address)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            message = (
                f"No Dask scheduler answers at {address}: start one there, or write dask:2 for one on this machine."
            )
            raise InputFault(message, kind="no-cluster") from error
        with client:
            yield client
        return
    workers = _read_workers(address, f"dask:{address}")
    environment = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": KEEP_FREED_BYTES}
    with (
        dask.config.set(environment),
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        yield client


def _read_workers(text: str, place: str) -> int:
    if not text:
        return WORKERS
    if not text.isdecimal() or int(text) < 1:
        message = f"{place!r} names no number of workers: write processes:4, or dask:tcp://HOST:PORT for a cluster."
        raise InputFault(message, kind="usage")
    return int(text)


def map_in_order(function: Callable[[Item], Result], items: Iterable[Item], *, workers: int = WORKERS) -> list[Result]:
    """`function` of every item on threads, in the items' order; the first error raised is raised here."""
    listed = list(items)
    with one_thread():
        if workers < 2 or len(listed) < 2:
            return [function(item) for item in listed]
        with ThreadPoolExecutor(max_workers=workers) as pool:
            return list(pool.map(function, listed))
