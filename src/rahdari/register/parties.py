"""Parties: between whom a document speaks, and whom a clause binds."""

from __future__ import annotations

from collections.abc import Sequence

from rahdari.register.clauses import Clause
from rahdari.register.gazetteer import NameKind
from rahdari.register.lexicon import Lexicon
from rahdari.register.sentences import Sentence

# Names in the first sentences count more: they introduce the parties.
OPENING_SENTENCES = 3
OPENING_WEIGHT = 3.0
PAIR = 2


def document_parties(sentences: Sequence[Sentence], *, lexicon: Lexicon) -> tuple[str, ...]:
    """The two parties of a document, three where it calls itself trilateral, in order of appearance.

    A name counts once a sentence, names of a long list less: the countries of a corridor are not its parties.
    """
    counts: dict[str, float] = {}
    order: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        codes = list(
            dict.fromkeys(
                hit.name.code for hit in sentence.names if hit.name.code and hit.name.kind is not NameKind.PLACE
            )
        )
        for code in codes:
            order.setdefault(code, len(order))
            weight = OPENING_WEIGHT if number < OPENING_SENTENCES else 1.0
            counts[code] = counts.get(code, 0.0) + weight / max(len(codes) - 1, 1)
    three = any(True for sentence in sentences for _ in lexicon.trilateral.find(sentence.tokens))
    ranked = sorted(counts, key=lambda code: (-counts[code], order[code]))[: 3 if three else 2]
    return tuple(sorted(ranked, key=lambda code: order[code]))


def clause_parties(sentence: Sentence, clause: Clause, *, parties: Sequence[str]) -> tuple[str, ...] | None:
    """The parties that a clause binds: the document's, or those its subject names; None where it binds others only."""
    limit = clause.governor.first if clause.governor and not clause.inherited else clause.first
    named = list(
        dict.fromkeys(actor.code for actor in sentence.actors if actor.code and clause.first <= actor.first < limit)
    )
    joint = any(actor.joint for actor in sentence.actors if clause.first <= actor.first < limit)
    if len(parties) > PAIR and not joint:
        within = {hit.name.code for hit in sentence.names if clause.first <= hit.first < clause.last}
        some = [code for code in parties if code in within]
        if PAIR <= len(some) < len(parties):
            return tuple(some)
    strangers = [code for code in named if code not in parties]
    if joint or not strangers:
        return tuple(parties)
    if len(named) > 1:
        return tuple(named)
    return None
