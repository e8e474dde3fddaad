"""A rendered page taken apart for tests: its tags with their attributes, and its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """Every tag in order, and every text outside of style."""

    tags: list[Tag] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        (self.styles if self._inside == "style" else self.texts).append(data)

    def named(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name == name]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def take_apart(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page
