"""The report as one HTML file that asks nothing of a network."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.context import build_context
from rahdari.report.page import ReportContext
from rahdari.report.words import DEFAULT_LANGUAGE, find_words


def render_report(case: Case, appraisal: Appraisal, *, language: str = DEFAULT_LANGUAGE) -> str:
    """The whole report as HTML; the same case and appraisal give the same bytes."""
    return render_page(build_context(case, appraisal, say=find_words(language, case=case)))


def render_page(context: ReportContext) -> str:
    """The page of a context; every text in it is escaped."""
    environment = Environment(
        loader=PackageLoader("rahdari.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["say"] = find_words(context.language)
    style = files("rahdari").joinpath("report/static/report.css").read_text(encoding="utf-8")
    # The style sheet is our own file and holds nothing of a case; escaping would break its quotation marks.
    return environment.get_template("report.html.j2").render(page=context, style=Markup(style))  # noqa: S704
