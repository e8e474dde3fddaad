"""Linear algebra on one thread: inside small kernels a second thread of BLAS makes them several times slower."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[object]:
    """A context in which matrix products and solves use one thread each; what was set before returns after it."""
    context: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return context


def count_cpus() -> int:
    """How many CPUs this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _controller() -> ThreadpoolController:
    # Looking for the libraries takes milliseconds, as long as a whole equilibrium: once a process is enough.
    return ThreadpoolController()
