"""Stock facts: figures of the present, apart from commitments."""

from __future__ import annotations

from rahdari.documents import document_from_text
from rahdari.register.extraction import extract_commitments
from rahdari.register.stock_facts import find_stock_facts

TEXT = (
    "Talks were held between Fiji and Norway in Suva.\n\n"
    "Trade between the two countries stood at about $80 million last year. "
    "The two sides agreed to raise trade to $200 million by 2030. The mood was warm.\n"
)


def test_a_stock_fact_is_kept_apart_with_its_exact_words() -> None:
    document = document_from_text(TEXT)
    facts = find_stock_facts(document, extract_commitments(document))
    assert [(fact.kind, fact.value, fact.unit, fact.comparator) for fact in facts] == [
        ("trade_target", 80e6, "USD", "about")
    ]
    assert TEXT[facts[0].start : facts[0].end] == facts[0].quote


def test_a_language_without_a_lexicon_has_no_facts() -> None:
    assert find_stock_facts(document_from_text("Οι δύο πλευρές συμφώνησαν."), ()) == ()
