"""The command line: thin. A command asks a room, then prints its answer or writes it as JSON.

A command is a function under `@command()`, with its docstring as help and `as_json` as the last argument:

    @command()
    @click.argument("file")
    def read(file: str, *, as_json: bool) -> int:
        from rahdari.documents import read_document  # inside: a heavy room loads only when it is asked
        document = read_document(file)
        if as_json:
            write_json(...)
        return ANSWERED

It returns the exit code. Errors are not its business: it lets them rise, and `main` shows them.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from rahdari import __version__
from rahdari.exceptions import NoAnswer, RahdariError, Where, nearest_names, unknown_name

ANSWERED = 0
CHECK_FAILED = 1
USER_CAN_MEND = 2
NO_ANSWER = 3
# Not an answer of the program but the shell's own code for Ctrl-C.
INTERRUPTED = 130

CRASH_LOG = "rahdari-crash.log"


class Commands(click.Group):
    """The group of commands; an unknown command is answered with the nearest names."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names, as click wants it; raises InputFault where there is none."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            raise unknown_name("command", name, known=self.list_commands(ctx))
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="rahdari", message="%(prog)s %(version)s")
def rahdari() -> None:
    """From a signed partnership to a plan that can be tested.

    Rahdari reads a communique into commitments, puts them on a model of the routes and economies that they touch, and
    says how likely the promised trade is, by when, and what holds it back.
    """


def command(name: str | None = None) -> Callable[[Callable[..., int]], click.Command]:
    """A decorator that makes a function a command of `rahdari`, with --json passed to it as `as_json`."""

    def add(function: Callable[..., int]) -> click.Command:
        json_option = click.option("--json", "as_json", is_flag=True, help="Write one JSON object, and nothing else.")
        return rahdari.command(name or function.__name__.replace("_", "-"))(json_option(function))

    return add


def write_json(answer: dict[str, object]) -> None:
    """Strict JSON on standard output: UTF-8 whatever the locale, keys in the order given, no NaN or Infinity."""
    if sys.stdout is None:
        raise RahdariError("Standard output is closed: there is nowhere to write the JSON object.", kind="file")
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    sys.stdout.flush()
    # A file name that is no UTF-8 reaches us as lone surrogates, which JSON may not hold.
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


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


def discard_output() -> None:
    """Nothing; what the buffer of standard output still holds goes nowhere, so that the exit is silent."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
