"""The report as one HTML file that asks nothing of a network, and its charts as pictures that stand alone."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.context import build_context
from rahdari.report.maps import BaseMap
from rahdari.report.page import ReportContext
from rahdari.report.words import DEFAULT_LANGUAGE, Words, find_words

GROUND = '<use href="#ground"/>'


def render_report(case: Case, appraisal: Appraisal, *, language: str = DEFAULT_LANGUAGE) -> str:
    """The whole report as HTML; the same case and appraisal give the same bytes."""
    return render_page(build_context(case, appraisal, say=find_words(language, case=case)))


def render_page(context: ReportContext) -> str:
    """The page of a context; every text in it is escaped."""
    environment = _environment(find_words(context.language))
    # The style sheets are our own files and hold nothing of a case; escaping would break their quotation marks.
    style = Markup(read_style("report.css") + read_style("charts.css"))  # noqa: S704
    return environment.get_template("report.html.j2").render(page=context, style=style)


class Pictures:
    """Draws the charts of a page one by one, as SVG files with their style in them, light and for paper."""

    def __init__(self, say: Words, *, font: str) -> None:
        environment = _environment(say)
        self._parts = environment.get_template("parts.html.j2").make_module()
        self._style = f'text {{ font-family: "{font}"; }}\n' + resolve_colours()

    def draw(self, macro: str, chart: object, *, ground: BaseMap | None = None) -> str:
        """The chart as the macro of that name draws it; a map stands on its ground."""
        held = getattr(self._parts, macro)
        drawn = str(held(chart) if ground is None else held(ground, chart))
        if ground is not None:
            drawn = drawn.replace(GROUND, str(getattr(self._parts, "ground_shapes")(ground)))  # noqa: B009
        start = drawn.index("<svg")
        end = drawn.index(">", start)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg"{drawn[start + 4 : end]}><style>{self._style}</style>'
            f"{drawn[end + 1 :]}"
        )


def _environment(say: Words) -> Environment:
    environment = Environment(
        loader=PackageLoader("rahdari.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["say"] = say
    return environment


def read_style(name: str) -> str:
    """A style sheet of the report."""
    return files("rahdari").joinpath(f"report/static/{name}").read_text(encoding="utf-8")


@cache
def resolve_colours() -> str:
    """The charts' style with the page's light colours in place of their names, and without its fonts."""
    root = re.search(r":root \{(.*?)\}", read_style("report.css"), flags=re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-fA-F]+);", root[1])) if root else {}
    style = re.sub(r"font-family: [^;]*;|/\*.*?\*/", "", read_style("charts.css"), flags=re.DOTALL)
    return re.sub(r"var\(--([\w-]+)\)", lambda match: colours[match[1]], style)
