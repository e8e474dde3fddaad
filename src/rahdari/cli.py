"""The command line: thin. A command asks a room, and prints its answer or writes its JSON."""

from __future__ import annotations

import sys

import click

from rahdari import __version__


@click.group()
@click.version_option(__version__, prog_name="rahdari")
def rahdari() -> None:
    """From a signed partnership to a plan that can be tested."""


def main() -> int:
    """The exit code."""
    rahdari()
    return 0
