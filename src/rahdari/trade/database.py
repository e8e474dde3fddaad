"""DuckDB, an extra: how it is loaded and told what memory it may take (I/O)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rahdari.exceptions import InputFault

INSTALL = "This needs duckdb, which is an extra: install it with  .venv/bin/pip install 'rahdari[data]'"
MEMORY = "700MB"


@contextmanager
def open_database() -> Iterator[Any]:
    """An empty database in memory that stays within its share; InputFault where DuckDB is not installed."""
    try:
        import duckdb  # noqa: PLC0415 - heavy, and an extra
    except ImportError:
        raise InputFault(INSTALL, kind="missing-extra") from None
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET preserve_insertion_order = false")
        yield connection


def quote(name: Path | str) -> str:
    """A path or name as it stands between single quotes in SQL."""
    return str(name).replace("'", "''")
