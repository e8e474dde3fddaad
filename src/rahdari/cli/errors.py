"""Every error as one message: for a person, or as the contract's JSON object."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from pathlib import Path

import click

from rahdari.cli.command import write_json
from rahdari.exceptions import NoAnswer, RahdariError, Where, nearest_names

CRASH_LOG = "rahdari-crash.log"


def show_error(error: RahdariError, *, as_json: bool) -> int:
    """The error's exit code, once it is shown: the message alone on standard error, or the contract's JSON object."""
    if as_json:
        try:
            write_json(error_object(error))
            return error.exit_code
        except (OSError, RahdariError):
            # Standard output is full, shut or gone; standard error still tells why.
            discard_output()
    place = f"{error.where}: " if error.where is not None and str(error.where) not in error.message else ""
    click.echo(f"{place}{error.message}", err=True)
    return error.exit_code


def error_object(error: RahdariError) -> dict[str, object]:
    """The contract's JSON object of an error."""
    where = error.where
    place = None if where is None else {"file": where.file, "row": where.row, "column": where.column}
    return {
        "error": {
            "kind": error.kind,
            "message": error.message,
            "where": place,
            "suggestions": list(error.suggestions),
        }
    }


def as_rahdari_error(error: Exception) -> RahdariError:
    """The error in the project's own kind: click's and the file system's translated, anything else as internal."""
    if isinstance(error, RahdariError):
        return error
    if isinstance(error, click.NoSuchOption):
        return unknown_option(error)
    if isinstance(error, click.ClickException):
        return RahdariError(f"{error.format_message().rstrip('.')}.{help_hint(error)}", kind="usage")
    if isinstance(error, OSError) and error.strerror:
        if error.filename is None:
            discard_output()
        where = None if error.filename is None else Where(os.fsdecode(error.filename))
        return RahdariError(f"{error.strerror}.", kind="file", where=where)
    return internal_error(error)


def unknown_option(error: click.NoSuchOption) -> RahdariError:
    """The fault of a mistyped option, with the nearest ones that the command has."""
    context = error.ctx
    known = [] if context is None else [opt for p in context.command.get_params(context) for opt in p.opts]
    near = nearest_names(error.option_name, [name for name in known if name.startswith("--")])
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    if context is not None and isinstance(context.command, click.Group):
        hint += " A command's options stand after its name."
    message = f"Unknown option: {error.option_name!r}.{hint}{help_hint(error)}"
    return RahdariError(message, kind="unknown-option", suggestions=near)


def help_hint(error: click.ClickException) -> str:
    """Where to read how the command is used, where the error knows its command."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return "" if context is None else f" See '{context.command_path} --help'."


def internal_error(error: Exception) -> RahdariError:
    """The answer to an error that nobody foresaw; its traceback goes to a file that the user can send."""
    if write_crash_log(error, Path(tempfile.gettempdir()) / CRASH_LOG):
        log = f"the details are in {CRASH_LOG} in the folder for temporary files"
    else:
        log = f"the details could not be written to {CRASH_LOG}"
    return NoAnswer(f"Internal error ({type(error).__name__}): {log}. Please report it.", kind="internal")


def write_crash_log(error: Exception, path: Path) -> bool:
    """Whether the traceback now stands in the file; its place is named on standard error, never in the JSON."""
    # The folder is everyone's: no link laid there by another is followed.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", errors="replace") as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return False
    click.echo(f"Traceback written to {path}", err=True)
    return True


def discard_output() -> None:
    """Nothing; what the buffer of standard output still holds goes nowhere, so that the exit is silent."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
