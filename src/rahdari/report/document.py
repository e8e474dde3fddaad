"""The report as a PDF, set by typst with the fonts that it carries; the same report gives the same bytes."""

from __future__ import annotations

import json
from importlib.resources import files

import typst

from rahdari.exceptions import RahdariError
from rahdari.report.leaves import list_leaves
from rahdari.report.page import ReportContext
from rahdari.report.plain import to_plain
from rahdari.report.words import Words

FONT = "Libertinus Serif"  # in the wheel, with Latin and Cyrillic letters


def render_document(page: ReportContext, *, say: Words) -> bytes:
    """A tagged PDF; what a case says goes in as data and is never read as the setter's own language."""
    data = {
        "title": page.title,
        "kicker": say("page.kicker", parties=page.parties, date=page.as_of),
        "headline": page.headline,
        "language": page.language,
        "direction": page.direction,
        "font": FONT,
        "contents": say("page.parts"),
        "leaves": to_plain(list_leaves(page, say=say, font=FONT)),
    }
    source = files("rahdari").joinpath("report/templates/report.typ").read_bytes()
    try:
        held = typst.compile(
            source,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards="ua-1",  # tags, alternative words and a title: what a screen reader needs
            ignore_system_fonts=True,  # else the bytes would hang on the machine
            timestamp=0,
        )
    except typst.TypstError as error:
        raise RahdariError(f"The PDF could not be set: {error.message}", kind="pdf") from error
    if not isinstance(held, bytes):
        raise RahdariError("The PDF came out in several pieces.", kind="pdf")
    return held
