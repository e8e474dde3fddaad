"""The command line: thin. A command asks a room, then prints its answer or writes it as JSON.

The commands stand in a module for each room, under `@command(...)` of `command.py`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

# Importing a module of commands adds them to the group.
from rahdari.cli import appraisal, reading, trade, transport  # noqa: F401
from rahdari.cli.command import (
    ANSWERED,
    CHECK_FAILED,
    INTERRUPTED,
    USER_CAN_MEND,
    command,
    rahdari,
    write_json,
)
from rahdari.cli.errors import CRASH_LOG, as_rahdari_error, discard_output, show_error

__all__ = [
    "ANSWERED",
    "CHECK_FAILED",
    "CRASH_LOG",
    "INTERRUPTED",
    "USER_CAN_MEND",
    "command",
    "main",
    "rahdari",
    "write_json",
]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 answered, 1 a check failed, 2 a fault that the user can mend, 3 no answer; never a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    replace_unprintable_characters()
    try:
        code = rahdari.main(args=words or ["--help"], prog_name="rahdari", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # The reader (`head`, a pager) has what it wanted; click has its own exit for it, with 1.
        discard_output()
        return ANSWERED
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where every error becomes a message
        return show_error(as_rahdari_error(error), as_json=as_json)
    return code if isinstance(code, int) else ANSWERED


def replace_unprintable_characters() -> None:
    """Nothing; a terminal that cannot show a character gets a question mark instead of a failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
