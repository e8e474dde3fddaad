"""Web pages: the main text of an HTML page, out of its menus, scripts, hidden words and links to elsewhere.

The page is cut into tags by one regular expression that never looks back, so that time grows linearly with the page,
however badly it nests. Nothing in it is run or fetched.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rahdari.documents.document import PassageKind
from rahdari.documents.limits import LARGEST_CHARACTERS, refuse
from rahdari.documents.pieces import Piece, clean_words, line_piece, row_piece

TAG = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][\w:-]*)(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*'|[\"'])*+)>")
MARKUP = re.compile(r"<!--|<!\[CDATA\[|<[!?]|</?[a-zA-Z]")
ATTRIBUTE = re.compile(r"([a-zA-Z][\w:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")

# Elements whose content is no text of the page.
SILENT = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "textarea", "title", "math"})
FURNITURE_TAGS = frozenset(
    {"nav", "footer", "aside", "form", "button", "select", "figcaption", "dialog", "menu", "audio", "video", "canvas"}
)
FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu"})
FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|cookies?|consent|gdpr|share|sharing|social|related|recommend(?:ed|ation"
    r"s)?|comments?|disqus|newsletter|subscribe|subscription|promo|advert(?:s|isement)?|ads?|banner|sidebar|footer|popular"
    r"|trending|most-read|read-?more|also-read|tags?|topics|author-bio|pagination|pager|modal|popup|toolbar|widget|masthead"
    r"|skip-link|sr-only|visually-hidden|screen-reader-text|hidden|d-none|print-only|paywall)(?:$|[\s_-])",
    re.IGNORECASE,
)
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|(?:left|top|text-indent)\s*:\s*-\d{4}",
    re.IGNORECASE,
)
BLOCKS = frozenset(
    {
        "address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "table", "tbody",
        "td", "tfoot", "th", "thead", "tr", "ul", "details", "summary", "option",
    }
)  # fmt: skip
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# An element that its own kind, or the like, closes without an end tag.
CLOSED_BY = {
    "li": frozenset({"li"}),
    "p": frozenset({"p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
}
# How far up an end tag looks for its beginning; deeper ones are taken as stray.
END_TAG_REACH = 60
DEEPEST = 2_000
PROSE = 40
LINKS_ONLY = 0.6
SHORT = 200
LONGEST_HEADING = 200
ARTICLE_SHARE = 0.4
DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?:T|\b)")
PUBLISHED = re.compile(r"\"datePublished\"\s*:\s*\"(\d{4}-\d{2}-\d{2})")
PUBLISHED_NAMES = frozenset(
    {"article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate", "og:published_time"}
)


@dataclass(slots=True)
class _Element:
    tag: str
    parent: int
    attributes: str
    furniture: bool
    last: int = 0
    prose: float = 0.0
    score: float = 0.0


@dataclass(slots=True)
class _Line:
    element: int
    kind: PassageKind
    words: str
    linked: int


@dataclass(slots=True)
class _Page:
    """What one pass over the markup gathers."""

    elements: list[_Element] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    title: str = ""
    published: str = ""
    open: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    cells: list[str] | None = None


@dataclass(frozen=True, slots=True)
class WebPage:
    """The main text of a page as pieces, and the title and day of publication that the page states."""

    pieces: tuple[Piece, ...]
    title: str | None
    published: dt.date | None


def read_webpage(markup: str, *, name: str) -> WebPage:
    """The main text of an HTML page."""
    page = _Page()
    _enter(page, "html", "")
    for kind, tag, words in _events(markup):
        if kind == "text":
            _add_words(page, words)
        elif kind == "open":
            _open(page, tag, words)
        elif kind == "close":
            _close(page, tag)
        elif kind == "silent":
            _note_silent(page, tag, words)
    _flush(page)
    while page.open:
        _leave(page)
    pieces = tuple(_main_pieces(page))
    if sum(len(piece.words) for piece in pieces) > LARGEST_CHARACTERS:
        raise refuse(f"{name} holds more than {LARGEST_CHARACTERS:,} characters: split it.", name, "too-large")
    return WebPage(pieces, clean_words(html.unescape(page.title))[:200] or None, _read_day(page.published))


def _events(markup: str) -> Iterator[tuple[str, str, str]]:
    """The page as (kind, tag, words): "text", "open" with attributes, "close", "silent" with what nobody sees."""
    cursor, size = 0, len(markup)
    while cursor < size:
        mark = MARKUP.search(markup, cursor)
        if mark is None:
            yield "text", "", markup[cursor:]
            return
        if mark.start() > cursor:
            yield "text", "", markup[cursor : mark.start()]
        cursor, event = _event_at(markup, mark)
        if event is not None:
            yield event


def _event_at(markup: str, mark: re.Match[str]) -> tuple[int, tuple[str, str, str] | None]:
    """The offset after the markup that begins at `mark`, and what it says."""
    start, opening = mark.start(), mark.group()
    if opening in ("<!--", "<![CDATA[", "<!", "<?"):
        stop = "-->" if opening == "<!--" else "]]>" if opening == "<![CDATA[" else ">"
        end = markup.find(stop, start + 2)
        return (len(markup) if end < 0 else end + len(stop)), None
    found = TAG.match(markup, start)
    if found is None:
        return mark.end(), ("text", "", markup[start : mark.end()])
    tag = found["tag"].lower()
    if found["close"]:
        return found.end(), ("close", tag, "")
    if tag in SILENT and not found["attributes"].endswith("/"):
        end_tag = re.compile(rf"</{re.escape(tag)}\b[^>]*>", re.IGNORECASE).search(markup, found.end())
        inner = markup[found.end() : end_tag.start() if end_tag else len(markup)]
        return (end_tag.end() if end_tag else len(markup)), ("silent", tag, inner)
    return found.end(), ("open", tag, found["attributes"])


def _enter(page: _Page, tag: str, attributes: str) -> None:
    parent = page.open[-1] if page.open else -1
    inherited = parent >= 0 and page.elements[parent].furniture
    page.elements.append(_Element(tag, parent, attributes, inherited or _is_furniture(tag, attributes)))
    page.open.append(len(page.elements) - 1)


def _leave(page: _Page) -> None:
    index = page.open.pop()
    page.elements[index].last = len(page.elements)
    if page.elements[index].tag == "a":
        page.links -= 1
    if page.elements[index].tag == "tr":
        _end_row(page)


def _is_furniture(tag: str, attributes: str) -> bool:
    if tag in FURNITURE_TAGS:
        return True
    if not attributes or tag in ("html", "body", "main", "article"):
        return False
    given = _read_attributes(attributes)
    if re.search(r"(?:^|\s)hidden(?:\s|$|=)", attributes) or given.get("aria-hidden") == "true":
        return True
    if given.get("role", "") in FURNITURE_ROLES or HIDDEN_STYLE.search(given.get("style", "")):
        return True
    return any(FURNITURE_NAMES.search(given.get(key, "")) for key in ("class", "id"))


def _read_attributes(attributes: str) -> dict[str, str]:
    return {
        match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "")
        for match in ATTRIBUTE.finditer(attributes[:20_000])
    }


def _open(page: _Page, tag: str, attributes: str) -> None:
    if tag == "meta":
        given = _read_attributes(attributes)
        names = {given.get(key, "").casefold() for key in ("name", "property", "itemprop")}
        if names & PUBLISHED_NAMES and not page.published:
            page.published = given.get("content", "")
    elif tag == "time" and not page.published:
        page.published = _read_attributes(attributes).get("datetime", "")
    if tag == "br":
        _flush(page, broken=True)
    if tag in BLOCKS:
        _flush(page)
        while page.open and page.elements[page.open[-1]].tag in CLOSED_BY.get(tag, ()):
            _leave(page)
        if tag != "p" and len(page.open) > 1 and page.elements[page.open[-1]].tag == "p":
            _leave(page)
    if tag in VOID or attributes.endswith("/"):
        return
    # What neither bounds a block, nor links, nor may be hidden is only type; nobody nests a text so deep.
    if (tag not in BLOCKS and tag != "a" and not attributes) or len(page.open) > DEEPEST:
        return
    _enter(page, tag, attributes)
    if tag == "a":
        page.links += 1
    elif tag == "tr" and page.cells is None:
        page.cells = []


def _close(page: _Page, tag: str) -> None:
    if tag in BLOCKS:
        _flush(page)
    reach = page.open[-END_TAG_REACH:]
    depth = next((n for n, index in enumerate(reversed(reach)) if page.elements[index].tag == tag), None)
    if depth is None or len(page.open) <= 1:
        return
    for _ in range(min(depth + 1, len(page.open) - 1)):
        _leave(page)


def _note_silent(page: _Page, tag: str, words: str) -> None:
    if tag == "title" and not page.title:
        page.title = words[:2_000]
    elif tag == "script" and not page.published:
        found = PUBLISHED.search(words)
        page.published = found[1] if found else ""


def _add_words(page: _Page, words: str) -> None:
    if page.elements[page.open[-1]].furniture:
        return
    page.words.append(words)
    if page.links:
        page.linked += len(words)


def _flush(page: _Page, *, broken: bool = False) -> None:
    """Nothing; the words gathered so far become a line of the page, or a part of its table's row."""
    words = clean_words(html.unescape("".join(page.words)))
    linked, page.words, page.linked = page.linked, [], 0
    if not words:
        return
    element = page.open[-1]
    ancestors = [page.elements[index].tag for index in page.open[-6:]]
    if page.cells is not None and not HEADINGS & set(ancestors):
        page.cells.append(words)
        return
    heading = HEADINGS & set(ancestors[-3:]) and len(words) <= LONGEST_HEADING and not broken
    kind = PassageKind.HEADING if heading else PassageKind.ITEM if "li" in ancestors else PassageKind.PARAGRAPH
    _keep(page, _Line(element, kind, words, min(linked, len(words))))


def _end_row(page: _Page) -> None:
    """Nothing; a row's cells become one line, or a paragraph each where the table only lays out the page."""
    cells, page.cells = page.cells or [], None
    if not cells:
        return
    element = page.open[-1] if page.open else 0
    if len(cells) > 1 and all(len(cell) <= 4 * SHORT for cell in cells):
        _keep(page, _Line(element, PassageKind.ROW, row_piece(cells).words, 0))
    else:
        for cell in cells:
            _keep(page, _Line(element, PassageKind.PARAGRAPH, cell, 0))


def _keep(page: _Page, line: _Line) -> None:
    page.lines.append(line)
    if line.kind is PassageKind.HEADING or len(line.words) < PROSE or line.linked > LINKS_ONLY * len(line.words):
        return
    worth, index = float(min(len(line.words), 4 * SHORT)), line.element
    while index >= 0 and page.elements[index].tag not in BLOCKS - {"p", "li", "blockquote", "td", "tr", "tbody"}:
        index = page.elements[index].parent
    for share in (1.0, 0.5):
        if index >= 0:
            page.elements[index].score += worth * share
            index = page.elements[index].parent
    page.elements[line.element].prose += worth


def _main_pieces(page: _Page) -> Iterator[Piece]:
    first, last = _main_range(page)
    chosen = [line for line in page.lines if first <= line.element < last]
    title = next((line for line in page.lines if page.elements[line.element].tag == "h1"), None)
    if title is not None and title not in chosen:
        yield Piece(PassageKind.HEADING, title.words)
    for line in chosen:
        mostly_links = line.linked > LINKS_ONLY * len(line.words) and len(line.words) < SHORT
        if line.kind is PassageKind.HEADING:
            yield Piece(PassageKind.HEADING, line.words)
        elif not mostly_links:
            is_row = line.kind is PassageKind.ROW
            yield Piece(line.kind, line.words) if is_row else line_piece(line.words, item=line.kind is PassageKind.ITEM)


def _main_range(page: _Page) -> tuple[int, int]:
    """The elements that hold the main text, as a range: a marked article, else the element of most prose."""
    elements = page.elements
    totals = [element.prose for element in elements]
    for index in range(len(elements) - 1, 0, -1):
        totals[elements[index].parent] += totals[index]
    everything = totals[0]
    for marks in (('itemprop="articlebody"',), ("article",), ("main", 'role="main"')):
        held = [
            index
            for index, element in enumerate(elements)
            if element.tag in marks or any(mark in element.attributes.casefold() for mark in marks if "=" in mark)
        ]
        best = max(held, key=lambda index: totals[index], default=None)
        if best is not None and everything and totals[best] >= ARTICLE_SHARE * everything:
            return best, elements[best].last
    best = max(range(len(elements)), key=lambda index: elements[index].score, default=0)
    if not everything or totals[best] < ARTICLE_SHARE * everything:
        best = 0
    return best, elements[best].last


def _read_day(words: str) -> dt.date | None:
    found = DATE.search(words)
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:  # a page that states a day that no calendar has states none
        return None
