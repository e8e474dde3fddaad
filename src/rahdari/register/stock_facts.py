"""Stock facts: figures that a document tells of the present or past; they are kept apart from its commitments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rahdari.documents.document import Document
from rahdari.register.commitment import Commitment
from rahdari.register.gazetteer import load_gazetteer
from rahdari.register.kinds import score_kinds
from rahdari.register.lexicon import known_lexicons, load_lexicon
from rahdari.register.sentences import read_windows


@dataclass(frozen=True, slots=True)
class StockFact:
    """A figure in whole `unit`s with its sentence: `text[start:end] == quote`; `kind` is what it is about."""

    quote: str
    start: int
    end: int
    kind: str
    value: float
    unit: str
    comparator: str


def find_stock_facts(document: Document, commitments: Sequence[Commitment]) -> tuple[StockFact, ...]:
    """The stock facts of a document, in order: sentences with a figure that tell of a state and promise nothing."""
    if document.language not in known_lexicons():
        return ()
    lexicon = load_lexicon(document.language)
    spans = [
        (start, end)
        for found in commitments
        for start, end in ((found.start, found.end), *((mention.start, mention.end) for mention in found.mentions))
    ]
    facts: list[StockFact] = []
    for sentences in read_windows(document, lexicon=lexicon, gazetteer=load_gazetteer(lexicon.code)):
        for sentence in sentences:
            promised = any(start < sentence.end and sentence.start < end for start, end in spans)
            if promised or sentence.is_heading or not sentence.quantities or not sentence.has_sign("stock"):
                continue
            kind = score_kinds(sentence, 0, len(sentence.tokens), lexicon=lexicon, trigger=None).best or "other"
            first = sentence.quantities[0]
            facts.append(
                StockFact(
                    quote=document.text[sentence.start : sentence.end],
                    start=sentence.start,
                    end=sentence.end,
                    kind=kind,
                    value=first.value,
                    unit=first.unit or "count",
                    comparator=first.comparator,
                )
            )
    return tuple(facts)
