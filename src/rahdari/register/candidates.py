"""Candidates: each clause that promises something, before repeated ones are merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rahdari.register.amounts import Amount, choose_amounts, deadline_of, quantities_of
from rahdari.register.clauses import Clause, find_clauses
from rahdari.register.commitment import Deadline
from rahdari.register.gazetteer import NameKind
from rahdari.register.kinds import NO_KIND, score_kinds
from rahdari.register.lexicon import Lexicon
from rahdari.register.parties import clause_parties
from rahdari.register.phrases import Token
from rahdari.register.places import find_places
from rahdari.register.promises import AWARD_KIND, is_promise
from rahdari.register.sections import (
    NO_SECTION,
    Section,
    as_listed,
    dated_deed,
    heading_trigger,
    is_label,
    is_told,
    order_of,
    promised_thing,
    section_of,
)
from rahdari.register.sentences import Sentence
from rahdari.register.statuses import Governor, find_governor, is_told_as_past
from rahdari.register.tables import deed_at, head_of, stages_of

FORWARD = frozenset({"agreed", "offered", "planned", "supported", "discussed", "reviewed", "signed"})
# Kinds of a signed instrument: one subject gives the kind, several or none leave it an agreement.
SIGNED_MARGIN = 1.5
# "Agreements" in the plural, on more than one sector, are a bundle and not one subject's instrument.
SEVERAL_AGREEMENTS = 2.0
# "two landmark agreements": what is counted stands at most this many words after its number.
COUNTED_REACH = 3
EVENT_KIND = "investment_forum"
AGREEMENT_KIND = "agreement_signed"
CITIES = (NameKind.CAPITAL, NameKind.PLACE)
DATELINE_MARKS = frozenset({"-", "\u2013", "\u2014", ":"})
LONGEST_DATELINE = 14
CELL_BAR = "|"
SEMICOLON = ";"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promise as one clause tells it; `number` is its sentence's place in the document."""

    number: int
    start: int
    end: int
    heading: bool
    kind: str
    status: str
    parties: tuple[str, ...]
    amount: Amount
    deadline: Deadline | None
    places: tuple[str, ...]
    sectors: tuple[str, ...]
    stage: int
    content: frozenset[str]


def find_candidates(
    sentences: Sequence[Sentence], text: str, *, lexicon: Lexicon, parties: Sequence[str], year: int | None
) -> tuple[Candidate, ...]:
    """The candidates of a document's sentences, in order; `year` is the document's, an earlier one is the past."""
    found: list[Candidate] = []
    lead: Governor | None = None
    section = NO_SECTION
    sentences = _listed(sentences, lexicon)
    for number, line in enumerate(sentences):
        if line.is_heading:
            section = section_of(line, lexicon=lexicon)
        if section.background:
            continue
        if not (line.is_item or line.is_row):
            lead = None
        if is_label(line, lexicon=lexicon):
            _date_last(found, line, lexicon)
            continue
        heading = _heading_scores(sentences, number, lexicon)
        sentence, clauses = _clauses(sentences, number, lexicon, lead=lead, section=section, heading=heading)
        if _opens_list(sentence, clauses, sentences, number):
            lead = next((clause.governor for clause in reversed(clauses) if clause.governor), None)
            continue
        if line.is_row and not clauses:
            found.extend(_target_rows(sentences, number, lexicon=lexicon, parties=parties, year=year))
        for found_clause in clauses:
            clause = _with_topic(sentences, number, found_clause, lexicon)
            past = is_told_as_past(
                sentence, clause.first, clause.last, lexicon=lexicon, latest_year=year, governor=clause.governor
            )
            if not past:
                found.extend(_candidates(sentence, clause, number, text, lexicon=lexicon, parties=parties, year=year))
    return tuple(found)


def _target_rows(
    sentences: Sequence[Sentence],
    number: int,
    *,
    lexicon: Lexicon,
    parties: Sequence[str],
    year: int | None,
) -> Iterator[Candidate]:
    """The stages of a row that sets values for years to come, each a candidate."""
    sentence = sentences[number]
    scores = score_kinds(sentence, 0, _first_cell(sentence, 0), lexicon=lexicon, trigger=None)
    trigger = heading_trigger("agreed")
    clause = Clause(0, len(sentence.tokens), Governor(trigger, 0, 0), scores, inherited=True, subordinate=False)
    for place, stage in enumerate(stages_of(sentence, head_of(sentences, number), lexicon=lexicon, year=year)):
        quantity = stage.quantity
        yield Candidate(
            number=number,
            start=sentence.start,
            end=sentence.end,
            heading=False,
            kind=scores.best or NO_KIND,
            status=trigger.status,
            parties=tuple(parties),
            amount=Amount(quantity.value, quantity.unit, quantity.comparator, stage.baseline, -1),
            deadline=stage.deadline,
            places=(),
            sectors=find_sectors(sentence, 0, len(sentence.tokens)),
            stage=place,
            content=_content(sentence, clause, lexicon),
        )


def _date_last(found: list[Candidate], line: Sentence, lexicon: Lexicon) -> None:
    """Nothing; a line "Term: first quarter of 2027" gives its deadline to the action above it that has none."""
    hit = next(iter(line.deadlines), None)
    if hit is None or not found or not is_label(line, lexicon=lexicon, names=("deadline_labels",)):
        return
    number = found[-1].number
    for place, candidate in enumerate(found):
        if candidate.number == number and candidate.deadline is None:
            found[place] = replace(candidate, deadline=hit.deadline)


def _listed(sentences: Sequence[Sentence], lexicon: Lexicon) -> tuple[Sentence, ...]:
    """The sentences, those that only name an instrument as items; a title before all text names the document."""
    text = next((number for number, sentence in enumerate(sentences) if not sentence.is_heading), len(sentences))
    return tuple(
        as_listed(sentence, lexicon=lexicon, is_title=number < max(text, 1))
        for number, sentence in enumerate(sentences)
    )


def _clauses(
    sentences: Sequence[Sentence],
    number: int,
    lexicon: Lexicon,
    *,
    lead: Governor | None,
    section: Section,
    heading: Mapping[str, float],
) -> tuple[Sentence, tuple[Clause, ...]]:
    """A sentence's clauses; a line without a verb of its own takes its status from its list, form or heading."""
    sentence = sentences[number]
    if sentence.is_row:
        head = head_of(sentences, number)
        return sentence, _row_clauses(sentence, lexicon, lead=lead or section.governor, heading=heading, head=head)
    if sentence.is_heading and _is_listed_heading(sentences, number, lexicon):
        return replace(sentence, is_heading=False), find_clauses(sentence, lexicon=lexicon, heading=heading)
    if sentence.is_heading:
        counts_list = _counts_list(sentences, number, section)
        sentence = replace(sentence, is_heading=False) if counts_list else sentence
        return sentence, find_clauses(
            sentence, lexicon=lexicon, lead=section.governor if counts_list else None, heading=heading
        )
    clauses = find_clauses(sentence, lexicon=lexicon, lead=lead, heading=heading)
    if any(clause.governor for clause in clauses):
        return sentence, clauses
    if not sentence.is_item:
        given = dated_deed(sentence, lexicon=lexicon)
        return sentence, find_clauses(sentence, lexicon=lexicon, lead=given, heading=heading) if given else clauses
    given = None if is_told(sentence) else section.governor
    given = given or order_of(sentence, lexicon=lexicon) or promised_thing(sentence, lexicon=lexicon)
    return sentence, find_clauses(sentence, lexicon=lexicon, lead=given, heading=heading) if given else clauses


def _is_listed_heading(sentences: Sequence[Sentence], number: int, lexicon: Lexicon) -> bool:
    """Whether a line that looks like a heading is one of a list without full stops: a whole sentence above no text."""
    if not any(not sentence.is_heading for sentence in sentences[:number]):
        return False
    if number + 1 < len(sentences) and not sentences[number + 1].is_heading:
        return False
    sentence = sentences[number]
    governor = find_governor(sentence, 0, len(sentence.tokens), lexicon=lexicon)
    return governor is not None and not governor.trigger.headline


def _counts_list(sentences: Sequence[Sentence], number: int, section: Section) -> bool:
    """Whether a heading says how many instruments its list holds ("Agreements signed (6)"): it is a row itself."""
    signed = section.governor is not None and section.governor.trigger.status == "signed"
    listed = number + 1 < len(sentences) and sentences[number + 1].is_item
    counted = bool(sentences[number].quantities) or any(token.raw.isdecimal() for token in sentences[number].tokens[1:])
    return signed and listed and counted


def _row_clauses(
    sentence: Sentence,
    lexicon: Lexicon,
    *,
    lead: Governor | None,
    heading: Mapping[str, float],
    head: Sentence | None,
) -> tuple[Clause, ...]:
    """A table's row as one clause where it opens with a deed ("Open a school | Ministry | by 2027"): it is agreed."""
    deed = deed_at(sentence, head, lexicon=lexicon)
    if deed is None:
        return ()
    last = len(sentence.tokens)
    agreed = heading_trigger("agreed")
    scores = score_kinds(sentence, deed, _first_cell(sentence, deed), lexicon=lexicon, trigger=None, heading=heading)
    return (Clause(0, last, lead or Governor(agreed, 0, 0), scores, lead is not None, subordinate=False),)


def _first_cell(sentence: Sentence, start: int) -> int:
    """The token after the cell that holds a token; the other cells name who and when, not what."""
    bars = (n for n, token in enumerate(sentence.tokens) if n > start and token.raw == CELL_BAR)
    return next(bars, len(sentence.tokens))


def _with_topic(sentences: Sequence[Sentence], number: int, clause: Clause, lexicon: Lexicon) -> Clause:
    """The clause; one with a figure or deadline but no subject is about what the sentence before it is about."""
    sentence = sentences[number]
    silent = clause.governor is not None and clause.scores.best_score < lexicon.least_score
    own = score_kinds(sentence, clause.first, clause.last, lexicon=lexicon, trigger=None) if silent else clause.scores
    if silent and own.best_score >= lexicon.least_score and own.best != NO_KIND:
        return replace(clause, scores=own)
    if silent and clause.first and (quantities_of(sentence, clause) or deadline_of(sentence, clause)):
        before_it = score_kinds(sentence, 0, clause.first, lexicon=lexicon, trigger=None)
        if before_it.best_score >= lexicon.least_score:
            return replace(clause, scores=before_it)
    if not silent or number == 0 or sentence.paragraph is None:
        return clause
    object_first = clause.governor.last if clause.governor and not clause.inherited else clause.first
    points_back = any(token.word in lexicon.words["pronouns"] for token in sentence.tokens[object_first : clause.last])
    if sentences[number - 1].paragraph != sentence.paragraph and not (
        points_back and quantities_of(sentence, clause) and not sentences[number - 1].is_heading
    ):
        return clause
    dated = quantities_of(sentence, clause) or deadline_of(sentence, clause)
    if not (dated or sentence.has_sign("anaphora", first=clause.first, last=clause.last)):
        return clause
    before = sentences[number - 1]
    return replace(clause, scores=score_kinds(before, 0, len(before.tokens), lexicon=lexicon, trigger=None))


def latest_year(sentences: Sequence[Sentence]) -> int | None:
    """The latest year that the text names outside its deadlines: an earlier one is the past."""
    years = [
        int(token.raw)
        for sentence in sentences
        for position, token in enumerate(sentence.tokens)
        if len(token.raw) == 4
        and token.raw.isdecimal()
        and "1900" <= token.raw <= "2199"
        and not any(hit.first <= position < hit.last and hit.firm for hit in sentence.deadlines)
    ]
    return max(years) if years else None


def _heading_scores(sentences: Sequence[Sentence], number: int, lexicon: Lexicon) -> dict[str, float]:
    for before in reversed(sentences[max(number - 12, 0) : number]):
        if before.is_heading:
            return dict(score_kinds(before, 0, len(before.tokens), lexicon=lexicon, trigger=None).ranked)
    return {}


def _opens_list(sentence: Sentence, clauses: tuple[Clause, ...], sentences: Sequence[Sentence], number: int) -> bool:
    """Whether a sentence ends in a colon and items follow that continue it."""
    if not sentence.tokens or sentence.tokens[-1].raw != ":" or number + 1 >= len(sentences):
        return False
    following = sentences[number + 1]
    return (following.is_item or following.is_row) and any(clause.governor for clause in clauses)


def _candidates(
    sentence: Sentence,
    clause: Clause,
    number: int,
    text: str,
    *,
    lexicon: Lexicon,
    parties: Sequence[str],
    year: int | None,
) -> Iterator[Candidate]:
    governor = clause.governor
    bound = clause_parties(sentence, clause, parties=parties)
    if governor is None or bound is None or not is_promise(sentence, clause, governor, lexicon):
        return
    kind = choose_kind(sentence, clause, governor, lexicon)
    places = find_places(sentence, clause, text, lexicon=lexicon, parties=bound)
    start, end = _span(sentence, clause, lexicon)
    amounts = choose_amounts(sentence, clause, kind, numbers=lexicon.numbers, parties=parties)
    for stage, amount in enumerate(amounts):
        yield Candidate(
            number=number,
            start=start,
            end=end,
            heading=sentence.is_heading,
            kind=kind,
            status=governor.trigger.status,
            parties=bound,
            amount=amount,
            deadline=_deadline(sentence, clause, governor, amount, year=year),
            places=places,
            sectors=find_sectors(sentence, clause.first if clause.inherited else governor.first, clause.last),
            stage=stage,
            content=_content(sentence, clause, lexicon),
        )


def choose_kind(sentence: Sentence, clause: Clause, governor: Governor, lexicon: Lexicon) -> str:
    """A clause's kind: that of its award or event, else the best of its cues; a signature keeps its clear subject."""
    scores = clause.scores
    if governor.trigger.needs == "award":
        return AWARD_KIND
    if governor.trigger.needs == "event" and scores.of(EVENT_KIND) >= lexicon.least_score:
        return EVENT_KIND
    ranked = [(kind, score) for kind, score in scores.ranked if kind != AGREEMENT_KIND]
    if governor.trigger.status == "signed" and scores.of(AGREEMENT_KIND) > 0:
        several = any(
            hit.entry == "instruments" and q.first < hit.first <= q.last + COUNTED_REACH
            for q in sentence.quantities
            for hit in sentence.signs
            if q.unit == "count" and clause.first <= q.first < clause.last
        )
        named = find_sectors(sentence, governor.first, clause.last)
        plural = any(
            cue.entry.kind == AGREEMENT_KIND
            and cue.entry.weight >= SEVERAL_AGREEMENTS
            and clause.first <= cue.first < clause.last
            for cue in sentence.cues
        )
        several = several or (plural and len(named) > 1)
        clear = ranked and ranked[0][1] >= SIGNED_MARGIN and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
        return ranked[0][0] if clear and not several else AGREEMENT_KIND
    return ranked[0][0] if ranked and ranked[0][1] >= lexicon.least_score else governor.trigger.unaided or NO_KIND


def _span(sentence: Sentence, clause: Clause, lexicon: Lexicon) -> tuple[int, int]:
    """The span of the sentence that the clause stands in, without its dateline; a semicolon ends one too.

    Two promises of one sentence have one quote: half a sentence often lacks its subject or its condition.
    """
    breaks = [number for number, token in enumerate(sentence.tokens) if token.raw == SEMICOLON]
    first = max((number + 1 for number in breaks if number < clause.last - 1 and number < clause.first), default=0)
    last = min((number for number in breaks if number >= clause.last - 1), default=len(sentence.tokens))
    first = first or dateline_end(sentence)
    tokens = _without_joints(sentence.tokens[first:last], lexicon) if first or last < len(sentence.tokens) else ()
    start = tokens[0].start if tokens and first else sentence.start
    return start, (tokens[-1].end if tokens and last < len(sentence.tokens) else sentence.end)


def _without_joints(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    """A clause's tokens without the coordinators and commas that join it to its neighbours."""
    joints = [token.raw in {",", ";"} or token.word in lexicon.words["coordinators"] for token in tokens]
    inner = [position for position, joint in enumerate(joints) if not joint]
    return tokens[inner[0] : inner[-1] + 1] if inner else tokens


def dateline_end(sentence: Sentence) -> int:
    """The token after a dateline ("ANKARA, 4 March -") that opens a sentence; 0 where there is none."""
    if not sentence.names or sentence.names[0].first or sentence.names[0].name.kind not in CITIES:
        return 0
    first_trigger = min((hit.first for hit in sentence.triggers), default=len(sentence.tokens))
    for position in range(1, min(LONGEST_DATELINE, first_trigger, len(sentence.tokens) - 1)):
        if sentence.tokens[position].raw in DATELINE_MARKS:
            return position + 1
    return 0


def _deadline(
    sentence: Sentence, clause: Clause, governor: Governor, amount: Amount, *, year: int | None
) -> Deadline | None:
    if governor.trigger.status not in FORWARD:
        return None
    hit = amount.due or deadline_of(sentence, clause)
    if hit is None or (not hit.firm and governor.trigger.status == "signed"):
        return None
    if not hit.firm and year is not None and hit.deadline.latest is not None and hit.deadline.latest.year < year:
        return None  # "which it left in 2012" is the past
    return hit.deadline


def find_sectors(sentence: Sentence, first: int, last: int) -> tuple[str, ...]:
    """The sectors named in a token range, in order, the longest name where several overlap."""
    kept: list[tuple[int, int, str]] = []
    for hit in sorted(sentence.sectors, key=lambda hit: (-(hit.last - hit.first), hit.first)):
        if first <= hit.first and hit.last <= last and not any(hit.first < e and s < hit.last for s, e, _ in kept):
            kept.append((hit.first, hit.last, hit.entry))
    return tuple(dict.fromkeys(name for _, _, name in sorted(kept)))


def _content(sentence: Sentence, clause: Clause, lexicon: Lexicon) -> frozenset[str]:
    """The words of a clause that carry meaning, for comparing it with others."""
    return frozenset(
        token.word
        for token in sentence.tokens[clause.first : clause.last]
        if not token.is_mark and len(token.word) > 2 and token.word not in lexicon.words["function_words"]
    )
