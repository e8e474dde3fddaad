"""What every command shares: the group, `@command(...)`, common options, exit codes and output.

A command is a function under `@command(...)`, with its docstring as help and `as_json` as the last argument:

    @command(examples=("rahdari read talks.txt", "rahdari read talks.txt --json > talks.json"))
    @click.argument("file")
    def read(file: str, *, as_json: bool) -> int:
        from rahdari.documents import read_document  # inside: a heavy room loads only when it is asked
        document = read_document(file)
        if as_json:
            write_json(...)
        return ANSWERED

It returns the exit code. Errors are not its business: it lets them rise, and `main` shows them. Its docstring says what
each argument is; a test fails where an argument or option has no words.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date

import click

from rahdari import __version__
from rahdari.exceptions import InputFault, RahdariError, unknown_name

ANSWERED = 0
CHECK_FAILED = 1
USER_CAN_MEND = 2
# Not an answer of the program but the shell's own code for Ctrl-C.
INTERRUPTED = 130

DEFAULT_CASE = "pakistan_kazakhstan"


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


def command(name: str | None = None, *, examples: Sequence[str] = ()) -> Callable[[Callable[..., int]], click.Command]:
    """A decorator that makes a function a command of `rahdari`, with --json passed to it as `as_json`."""
    shown = "\n".join(["\b", "Examples:", *(f"  {example}" for example in examples)]) if examples else None

    def add(function: Callable[..., int]) -> click.Command:
        json_option = click.option("--json", "as_json", is_flag=True, help="Write one JSON object, and nothing else.")
        title = name or function.__name__.replace("_", "-")
        return rahdari.command(title, epilog=shown)(json_option(function))

    return add


def read_day(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    """The day of the calendar that an option gives as YYYY-MM-DD, or click's own fault with what to write."""
    if text is None:
        return None
    try:
        # Python reads other ISO forms too, such as 20240715 and week dates; the contract has one.
        if len(text) == len("YYYY-MM-DD") and text.isascii():
            return date.fromisoformat(text)
        problem = "is not a day"
    except ValueError:
        problem = "is no day of the calendar"
    raise click.BadParameter(f"{text!r} {problem}: write YYYY-MM-DD.", ctx=context, param=option)


def read_measures(text: str) -> tuple[str, ...] | None:
    """The ids that `--measures` names, none for "none", and None for "all"; words that name nothing are a fault."""
    if text in ("all", "none"):
        return None if text == "all" else ()
    names = tuple(name for part in text.split(",") if (name := part.strip()))
    if not names:
        raise InputFault("--measures names none: write all, none, or ids with commas between.", kind="usage")
    return names


def case_option(function: Callable[..., int]) -> Callable[..., int]:
    """The function with --case, the name of a shipped case or a path, passed to it as `case`."""
    words = "A shipped case's name, or the path of a case folder."
    return click.option("--case", default=DEFAULT_CASE, show_default=True, metavar="CASE", help=words)(function)


def ask_line(prompt: str) -> str | None:
    """What the person writes after the prompt; None where the input has ended."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline() if sys.stdin is not None else ""
    return line.rstrip("\n") if line else None


def show_warnings(warnings: Sequence[str]) -> None:
    """Nothing; what the reader must beware of goes to standard error, a line each."""
    for warning in warnings:
        click.echo(f"Note: {warning}", err=True)


def write_json(answer: dict[str, object]) -> None:
    """Strict JSON on standard output: UTF-8 whatever the locale, keys in the order given, no NaN or Infinity."""
    if sys.stdout is None:
        raise RahdariError("Standard output is closed: there is nowhere to write the JSON object.", kind="file")
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    sys.stdout.flush()
    # A file name that is no UTF-8 reaches us as lone surrogates, which JSON may not hold.
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()
