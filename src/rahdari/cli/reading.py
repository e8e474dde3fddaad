"""The commands that read documents: read, reconcile, review."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rahdari.cli.command import (
    ANSWERED,
    DEFAULT_CASE,
    ask_line,
    case_option,
    command,
    read_day,
    show_warnings,
    write_json,
)

if TYPE_CHECKING:
    from rahdari.documents import Document
    from rahdari.register.commitment import Commitment
    from rahdari.register.model import ModelOptions


@command(examples=("rahdari review", "rahdari review my-case communique.pdf --by 'A. Reader'"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--journal", type=click.Path(path_type=Path), help="File of decisions; default: rahdari-review/CASE.jsonl."
)
@click.option("--by", default="", metavar="NAME", help="Who reviews; kept with each decision.")
def review(case: str, *, files: tuple[Path, ...], journal: Path | None, by: str, as_json: bool) -> int:
    """Accept, edit, merge or reject each commitment found, with its sentence in view.

    The documents are those of CASE and every FILE given after it. Every decision is on disk before the next question:
    leaving at any moment loses nothing, and u takes back the last. With --json the state of the review is shown and
    nothing is asked.
    """
    from datetime import UTC, datetime

    from rahdari.case import find_case, read_case
    from rahdari.documents import read_document
    from rahdari.register.extraction import extract_commitments
    from rahdari.register.review import make_proposals
    from rahdari.report.reviewing import Session, review_answer, run_review

    held = read_case(find_case(case))
    shelved = [held.folder / "documents" / entry.file for entry in held.register.documents if entry.file]
    documents = {path.name: read_document(path) for path in (*shelved, *files)}
    proposals = [
        proposal
        for name, document in documents.items()
        for proposal in make_proposals(name, document.sha256, extract_commitments(document, places=held.place_names()))
    ]
    session = Session(
        proposals=tuple(proposals),
        documents=documents,
        journal=journal or Path("rahdari-review") / f"{held.id}.jsonl",
        by=by,
        now=lambda: datetime.now(UTC).isoformat(timespec="seconds"),
    )
    if as_json:
        write_json(review_answer(session))
    else:
        run_review(session, ask_line)
    return ANSWERED


@command(examples=("rahdari reconcile", "rahdari reconcile my-case report.html declaration.pdf --json"))
@click.argument("case", default=DEFAULT_CASE, metavar="[CASE]")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def reconcile(case: str, *, files: tuple[Path, ...], as_json: bool) -> int:
    """What several sources say of the same thing, and whether they agree, are compatible or conflict.

    The statements of the case (statements.csv) are laid side by side; so are the promises that two or more FILEs make,
    given after CASE. The claim in use is the strongest source's, then an exact one, then the one most sources give,
    then the latest.
    """
    from rahdari.case import find_case, read_case
    from rahdari.register.reconciliation import read_reading, reconcile_readings, reconcile_statements
    from rahdari.report.reconciled import print_reconciliation, reconcile_answer

    held = read_case(find_case(case))
    published = {source.id: source.date for source in held.sources.values()}
    readings = [read_reading(file, places=held.place_names()) for file in files]
    facts = (*reconcile_statements(held.statements, published=published), *reconcile_readings(readings))
    if as_json:
        write_json(reconcile_answer(facts))
    else:
        print_reconciliation(facts)
    return ANSWERED


@command(examples=("rahdari read communique.txt", "rahdari read communique.md --date 2026-02-04 --json"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--date", "day", callback=read_day, metavar="YYYY-MM-DD", help="The document's date; default: its own.")
@click.option(
    "--model-url",
    default="",
    metavar="URL",
    help="Also ask a language model (OpenAI-compatible, such as http://localhost:8080/v1). The document is SENT there.",
)
@click.option("--model-name", default="default", show_default=True, metavar="NAME", help="The model's name there.")
@case_option
def read(file: Path, *, day: date | None, model_url: str, model_name: str, case: str, as_json: bool) -> int:
    """The commitments that a document makes, each with its exact words.

    FILE is text, Markdown, HTML, PDF, DOCX, RTF or EML; nothing in it is run or fetched. Status says no more than the
    words do: discussed is not agreed, and agreed is not signed. The case lends the names of its places. The document
    leaves this machine only where --model-url says so (its key: RAHDARI_MODEL_KEY); what a model proposes is held to
    the text and shown beside the rules' reading, never in its place.
    """
    from rahdari.case import find_case, read_case
    from rahdari.documents import read_document
    from rahdari.register.extraction import extract_commitments
    from rahdari.register.model import ModelOptions
    from rahdari.report.answers import read_answer
    from rahdari.report.terminal import print_reading, show_progress

    places = read_case(find_case(case)).place_names()
    with show_progress("Reading"):
        document = read_document(file, date=day)
        commitments = extract_commitments(document, places=places)
    show_warnings(document.notes)
    told = ask_about(document, commitments, ModelOptions(model_url, model_name)) if model_url else None
    if as_json:
        write_json({**read_answer(document, commitments, warnings=document.notes), **({"model": told} if told else {})})
    else:
        print_reading(document, commitments)
        if told:
            click.echo(f"\nThe model's reading, beside the rules':\n{json.dumps(told, ensure_ascii=False, indent=1)}")
    return ANSWERED


def ask_about(document: Document, commitments: Sequence[Commitment], options: ModelOptions) -> dict[str, object]:
    """What the user's own model makes of the document beside the rules' reading; its key is RAHDARI_MODEL_KEY."""
    from dataclasses import replace

    from rahdari.register.model import as_model_record, ask_model, compare_readings
    from rahdari.report.terminal import show_progress

    with show_progress("Asking the model"):
        reading = ask_model(document, replace(options, key=os.environ.get("RAHDARI_MODEL_KEY", "")))
    return as_model_record(reading, compare_readings(commitments, reading.commitments))
