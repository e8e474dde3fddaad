"""Formats: HTML, PDF, DOCX, RTF and EML become the same structure as plain text, and hostile files become faults."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rahdari.documents import Document, document_from_bytes
from rahdari.documents.document import PassageKind
from rahdari.exceptions import InputFault
from tests.documents.made_files import make_docx, make_pdf, paragraph

PROMISE = "The two sides agreed to resume direct flights between Lima and Oslo by 2027."
FIRST = "Norway and Peru held talks in Lima on 3 May 2026, and the talks were the first in nine years."
ARTICLE = f"""<!DOCTYPE html><html><head><title>Flights | Daily News</title>
<meta property="article:published_time" content="2026-05-04T08:00:00Z">
<style>.x{{color:red}}</style><script>var a = "<p>Both sides agreed to buy nothing at all today.</p>";</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<div class="cookie-banner"><p>We use cookies to improve your reading of this site, as you have agreed.</p></div>
<article><h1>Flights to resume</h1><p class="byline">By our reporter</p>
<p>{FIRST}</p><p>{PROMISE}</p>
<p style="display:none">The two sides agreed to hide a paragraph from every reader of the page.</p>
<ul><li>A consulate will open in Bergen next year.</li></ul>
<p><a href="/x">Read also: ten other stories about flights and about the sea</a></p>
<table><tr><th>Action</th><th>By</th></tr><tr><td>Open a consulate</td><td>2027</td></tr></table>
<div class="related-stories"><p>Chile and Japan agreed to build a road of forty kilometres.</p></div></article>
<footer><p>All rights reserved by the paper that printed this.</p></footer></body></html>"""


def words(document: Document, kind: PassageKind) -> list[str]:
    return [document.words_of(passage) for passage in document.of_kind(kind)]


def fault_of(data: bytes, name: str = "file") -> InputFault:
    started = time.monotonic()
    with pytest.raises(InputFault) as caught:
        document_from_bytes(data, name=name)
    assert time.monotonic() - started < 10
    assert caught.value.exit_code == 2
    return caught.value


def test_a_news_page_gives_its_main_text_and_no_furniture() -> None:
    document = document_from_bytes(ARTICLE.encode(), name="a.html")
    assert words(document, PassageKind.HEADING) == ["Flights to resume"]
    assert words(document, PassageKind.PARAGRAPH) == ["By our reporter", FIRST, PROMISE]
    assert words(document, PassageKind.ITEM) == ["A consulate will open in Bergen next year."]
    assert words(document, PassageKind.ROW) == ["Action | By", "Open a consulate | 2027"]


def test_a_page_without_a_marked_article_is_found_by_its_prose() -> None:
    page = ARTICLE.replace("<article>", "<div><div id=story>").replace("</article>", "</div></div>")
    assert words(document_from_bytes(page.encode(), name="a.html"), PassageKind.PARAGRAPH)[-2:] == [FIRST, PROMISE]


def test_a_page_states_its_day_where_its_text_does_not() -> None:
    page = f'<html><head><meta name="date" content="2026-05-04"></head><body><p>{PROMISE}</p></body></html>'
    assert document_from_bytes(page.encode(), name="a.html").date == dt.date(2026, 5, 4)


def test_a_page_is_decoded_as_it_says() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Стороны подписали соглашение.</p></body></html>'
    assert "Стороны подписали" in document_from_bytes(page.encode("cp1251"), name="a.html").text


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<",
        "<!--",
        "<a x='",
        "<![CDATA[",
        "</",
        "<b><p>",
        "&#",
        "<table><tr><td>",
        "<li>",
        "<script>",
        '<p style="',
    ],
)
def test_a_page_of_broken_markup_costs_time_in_proportion(piece: str) -> None:
    started = time.monotonic()
    page = f"<html><body><p>{PROMISE}</p>{piece * (1_000_000 // len(piece))}"
    assert PROMISE in document_from_bytes(page.encode(), name="a.html").text
    assert time.monotonic() - started < 15


def test_a_pdf_gives_paragraphs_headings_and_pages() -> None:
    document = document_from_bytes(
        make_pdf(
            [
                ["# Joint statement", "", *FIRST.replace(", and", ",#and").split("#"), "", "1. The sides met."],
                ["2. The sides agreed to resume direct flights", "between Lima and Oslo by 2027."],
            ]
        ),
        name="a.pdf",
    )
    assert words(document, PassageKind.HEADING) == ["Joint statement"]
    assert words(document, PassageKind.PARAGRAPH) == [FIRST]
    assert words(document, PassageKind.ITEM)[-1] == PROMISE.replace("The two sides", "The sides")
    assert document.page_of(document.text.index("Joint")) == 1
    assert document.page_of(document.text.index("resume")) == 2


def test_a_sentence_over_two_pages_is_one_and_running_heads_are_left_out() -> None:
    head = "Joint Commission, ninth session"
    pages = [[head, f"The two sides agreed on point {n} to raise trade", f"- {n} -"] for n in range(1, 5)]
    pages.append([head, "and to open a consulate.", "- 5 -"])
    document = document_from_bytes(make_pdf(pages), name="a.pdf")
    assert head not in document.text
    assert "- 2 -" not in document.text


def test_a_scan_says_that_it_needs_ocr() -> None:
    fault = fault_of(make_pdf([[], []]), "scan.pdf")
    assert fault.kind == "needs-ocr"
    assert "ocrmypdf" in fault.message


def test_a_script_in_a_pdf_is_left_alone() -> None:
    action = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    document = document_from_bytes(make_pdf([[FIRST, PROMISE]], catalog=action), name="a.pdf")
    assert "app.alert" not in document.text


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    assert fault_of(make_pdf([["x"]] * 5_000), "long.pdf").kind == "too-large"


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 ...", b"%PDF-1.4\n" + b"\x00" * 1000, b"PK\x03\x04" + b"\xff" * 500, b"PK\x03\x04...word/document.xml"],
)
def test_a_damaged_file_is_a_fault(data: bytes) -> None:
    assert fault_of(data).kind == "damaged-document"


def test_a_word_document_keeps_headings_items_and_tables() -> None:
    table = "".join(
        f"<w:tr><w:tc>{paragraph(left)}</w:tc><w:tc>{paragraph(right)}</w:tc></w:tr>"
        for left, right in (("Action", "By"), ("Open a consulate", "2027"))
    )
    body = (
        paragraph("Joint statement", '<w:pStyle w:val="Heading1"/>')
        + paragraph(FIRST)
        + paragraph(PROMISE, "<w:numPr/>")
        + f"<w:tbl>{table}</w:tbl>"
        + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:del><w:r><w:t>struck</w:t></w:r></w:del></w:p>"
    )
    document = document_from_bytes(make_docx(body), name="a.docx")
    assert words(document, PassageKind.HEADING) == ["Joint statement"]
    assert words(document, PassageKind.ITEM) == [PROMISE]
    assert words(document, PassageKind.ROW) == ["Action | By", "Open a consulate | 2027"]
    assert "hidden" not in document.text
    assert "struck" not in document.text


def test_a_word_document_with_entities_is_refused_and_nothing_is_fetched() -> None:
    outside = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert fault_of(make_docx(paragraph("&x;"), before=outside)).kind == "unsafe-document"
    laughs = "<!DOCTYPE w [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '&a;&a;&a;&a;'>" for n in range(20)) + "]>"
    assert fault_of(make_docx(paragraph("&a19;"), before=laughs)).kind == "unsafe-document"


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    assert fault_of(make_docx(" " * 70_000_000)).kind == "too-large"
    assert fault_of(make_docx(paragraph("a " * 3_000_000))).kind == "too-large"
    assert fault_of(make_docx("<w:p>" * 5_000)).kind == "too-deep"
    many = [(f"x{number}", b"") for number in range(6_000)]
    assert fault_of(make_docx(paragraph("a"), extra=many)).kind == "too-large"


def test_other_archives_are_named() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    fault = fault_of(held.getvalue())
    assert (fault.kind, "Excel" in fault.message) == ("unknown-format", True)


def test_a_rich_text_file_keeps_its_lines_and_code_page() -> None:
    data = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\f0 " + FIRST.encode() + rb"\par 1. " + PROMISE.encode()
    document = document_from_bytes(data + rb"\par \'d1\'f2\'ee\'f0\'ee\'ed\'fb\par}", name="a.rtf")
    assert words(document, PassageKind.ITEM) == [PROMISE]
    assert document.text.startswith(FIRST)
    assert "Стороны" in document.text


LETTER = "\r\n".join(
    (
        "From: a@example.org",
        "Subject: =?utf-8?b?0KDQtdC50YHRiw==?=",
        "Date: Mon, 04 May 2026 10:00:00 +0300",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        PROMISE,
        "--b",
        "Content-Type: application/pdf; name=x.pdf",
        "Content-Disposition: attachment; filename=x.pdf",
        "",
        "x",
        "--b--",
        "",
    )
)


def test_a_message_gives_subject_day_body_and_names_its_attachments() -> None:
    document = document_from_bytes(LETTER.encode(), name="a.eml")
    assert (document.title, document.date) == ("Рейсы", dt.date(2026, 5, 4))
    assert words(document, PassageKind.SENTENCE) == [PROMISE]
    assert document.notes == ("Attachment not read: x.pdf",)


def test_a_message_in_html_is_read_as_a_page() -> None:
    letter = f"Subject: Talks\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>{FIRST}</p><script>x()</script>"
    document = document_from_bytes(letter.encode(), name="a.txt")
    assert document.text == f"Talks\n\n{FIRST}"


def test_invisible_marks_are_left_out_of_rich_formats() -> None:
    page = "<html><body><p>The si\u00addes\u202e agreed\u200b to resume direct flights.</p></body></html>"
    assert document_from_bytes(page.encode(), name="a.html").text == "The sides agreed to resume direct flights."


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"%PDF-1.4\n", b"PK\x03\x04", b"{\\rtf1 ", b"<html>", b"From: a\nMIME-Version: 1.0\n"]),
)
def test_any_bytes_behind_a_format_s_mark_are_read_or_refused(data: bytes, mark: bytes) -> None:
    try:
        document = document_from_bytes(mark + data, name="file")
    except InputFault:
        return
    for passage in document.passages:
        assert 0 <= passage.start < passage.end <= len(document.text)
