"""Extraction: a document's commitments with their exact words; rules and lexicons only, so always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rahdari.documents.document import Document
from rahdari.documents.languages import known_languages
from rahdari.exceptions import InputFault
from rahdari.register.amounts import Amount
from rahdari.register.candidates import EVENT_KIND, Candidate, find_candidates, find_sectors, latest_year
from rahdari.register.changes import BEFORE
from rahdari.register.commitment import Commitment, Mention
from rahdari.register.gazetteer import Gazetteer, NameKind, load_gazetteer
from rahdari.register.kinds import score_kinds
from rahdari.register.lexicon import Lexicon, known_lexicons, load_lexicon
from rahdari.register.merging import group_candidates, merge_group
from rahdari.register.parties import document_parties
from rahdari.register.places import is_at_venue, place_words
from rahdari.register.sentences import Sentence, read_windows

# The venue of an event stands within so many sentences of it.
VENUE_REACH = 60
# Units that measure a change, not a stock.
RELATIVE = ("percent", "times")


def extract_commitments(
    document: Document,
    *,
    parties: Sequence[str] | None = None,
    places: Sequence[str] = (),
    gazetteer: Gazetteer | None = None,
) -> tuple[Commitment, ...]:
    """The commitments of a document, in its order, each once, with exact spans, amounts in whole units.

    `parties` (ISO 3166-1 alpha-3 or a group's name) replaces the parties found in the text; `places` are further names,
    such as a case's nodes; `gazetteer` replaces the language's own.
    """
    lexicon = load_lexicon(_language_of(document))
    names = (
        (gazetteer or load_gazetteer(lexicon.code)).with_places(places)
        if places
        else gazetteer or load_gazetteer(lexicon.code)
    )
    between = tuple(parties) if parties else None
    year = document.date.year if document.date else None
    candidates: list[Candidate] = []
    offset = 0
    for sentences in read_windows(document, lexicon=lexicon, gazetteer=names):
        between = between if between is not None else document_parties(sentences, lexicon=lexicon)
        year = year if year is not None else latest_year(sentences)
        found = find_candidates(sentences, document.text, lexicon=lexicon, parties=between, year=year)
        found = _with_baselines(_with_lists(found, sentences), sentences, lexicon)
        found = tuple(_with_venue(candidate, sentences, document.text, lexicon) for candidate in found)
        candidates.extend(replace(candidate, number=candidate.number + offset) for candidate in found)
        offset += len(sentences)
    groups = group_candidates(candidates)
    return _numbered(document.text, [merge_group(group) for group in groups], groups)


def _language_of(document: Document) -> str:
    if document.language is None:
        known = ", ".join(known_lexicons())
        raise InputFault(
            f"The document's language is not one that can be read; there are lexicons for: {known}.",
            kind="unknown-language",
            suggestions=known_languages(),
        )
    return document.language


def _with_lists(candidates: tuple[Candidate, ...], sentences: Sequence[Sentence]) -> tuple[Candidate, ...]:
    """Candidates with the sectors that the next sentence lists ("These covered ..."); the list is no row itself."""
    listing = {number for number, sentence in enumerate(sentences) if _lists(sentence)}
    found: list[Candidate] = []
    for candidate in candidates:
        if candidate.number in listing:
            continue
        following = candidate.number + 1
        sectors = candidate.sectors
        if following in listing and not candidate.heading:
            sectors = (*sectors, *find_sectors(sentences[following], 0, len(sentences[following].tokens)))
        found.append(replace(candidate, sectors=tuple(dict.fromkeys(sectors))))
    return tuple(found)


def _lists(sentence: Sentence) -> bool:
    return any(hit.entry == "list_openers" and hit.first == 0 for hit in sentence.signs)


def _with_baselines(
    candidates: tuple[Candidate, ...], sentences: Sequence[Sentence], lexicon: Lexicon
) -> tuple[Candidate, ...]:
    """Candidates with the base that a neighbouring stock fact of their kind gives (the sentence before, else after)."""
    promising = {candidate.number for candidate in candidates}
    result: list[Candidate] = []
    for candidate in candidates:
        amount = _resolved(candidate.amount, candidate, sentences)
        for number in (candidate.number - 1, candidate.number + 1):
            if amount.baseline is None and 0 <= number < len(sentences) and number not in promising:
                amount = _stock_amount(sentences[number], candidate, lexicon) or amount
        result.append(replace(candidate, amount=amount))
    return tuple(result)


def _resolved(amount: Amount, candidate: Candidate, sentences: Sequence[Sentence]) -> Amount:
    """The amount of "raise this number to 800", with unit and base from the sentence before; others as they are."""
    points_back = sentences[candidate.number].has_sign("anaphora")
    before = sentences[candidate.number - 1].quantities if candidate.number else ()
    counted = [q for q in before if q.unit not in (*RELATIVE, BEFORE) and amount.unit in (None, BEFORE, q.unit)]
    if points_back and counted and amount.baseline is None:
        return replace(amount, unit=counted[0].unit, baseline=counted[0].value)
    return replace(amount, unit="count") if amount.unit == BEFORE else amount


def _stock_amount(sentence: Sentence, candidate: Candidate, lexicon: Lexicon) -> Amount | None:
    """The candidate's amount with the base that a stock fact gives, None where the sentence is none of its kind."""
    if sentence.is_heading or not sentence.has_sign("stock"):
        return None
    scores = score_kinds(sentence, 0, len(sentence.tokens), lexicon=lexicon, trigger=None)
    if scores.best != candidate.kind:
        return None
    amount = candidate.amount
    fitting = [q for q in sentence.quantities if q.unit not in RELATIVE and amount.unit in (None, q.unit)]
    if not fitting:
        return None
    return replace(amount, unit=amount.unit or fitting[0].unit, baseline=fitting[0].value)


def _with_venue(candidate: Candidate, sentences: Sequence[Sentence], text: str, lexicon: Lexicon) -> Candidate:
    """An event without a place of its own takes the venue that the text gives before it, else its dateline's city."""
    if candidate.kind != EVENT_KIND or candidate.places or candidate.status != "achieved":
        return candidate
    low, high = max(candidate.number - VENUE_REACH, 0), candidate.number + 1
    for sentence in (*reversed(sentences[low:high]), *sentences[high : high + VENUE_REACH]):
        for hit in sentence.names:
            city = hit.name.kind in (NameKind.CAPITAL, NameKind.PLACE)
            if city and is_at_venue(sentence, hit, lexicon, status=candidate.status):
                return replace(candidate, places=(place_words(sentence, hit, text, lexicon),))
    first = next((sentence for sentence in sentences if not sentence.is_heading and sentence.names), None)
    if (
        first is not None
        and first.names[0].first == 0
        and first.names[0].name.kind in (NameKind.CAPITAL, NameKind.PLACE)
    ):
        hit = first.names[0]
        if hit.last < len(first.tokens) and first.tokens[hit.last].raw in {",", ":", "(", "\u2014", "\u2013", "-"}:
            return replace(candidate, places=(hit.name.label,))
    return candidate


def _numbered(
    text: str, merged: Sequence[Candidate], groups: Sequence[tuple[Candidate, ...]]
) -> tuple[Commitment, ...]:
    counts: Counter[str] = Counter()
    found: list[Commitment] = []
    for candidate, group in zip(merged, groups, strict=True):
        counts[candidate.kind] += 1
        others = sorted({(other.start, other.end) for other in group[1:]} - {(candidate.start, candidate.end)})
        amount = candidate.amount
        found.append(
            Commitment(
                id=f"{candidate.kind.replace('_', '-')}-{counts[candidate.kind]}",
                quote=text[candidate.start : candidate.end],
                start=candidate.start,
                end=candidate.end,
                mentions=tuple(Mention(text[start:end], start, end) for start, end in others),
                parties=candidate.parties,
                kind=candidate.kind,
                status=candidate.status,
                value=amount.value,
                unit=amount.unit,
                comparator=amount.comparator,
                baseline=amount.baseline,
                deadline=candidate.deadline,
                places=candidate.places,
                sectors=candidate.sectors,
            )
        )
    return tuple(found)
