"""Clauses: a sentence cut where a further promise begins, each clause with its status and kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rahdari.register.kinds import NO_KIND, Scores, score_kinds
from rahdari.register.lexicon import Lexicon
from rahdari.register.sentences import Sentence
from rahdari.register.statuses import Governor, find_governor

# A clause that only continues another needs this score of its own to stand alone: one cue that decides, or two.
LEAST_SCORE_ALONE = 2.0
# Reviewed and discussed: what is decided on the same subject says more.
WEAK_STRENGTH = 2
# An actor opens a clause where its verb follows within this many words.
VERB_REACH = 8
# "a Preferential Trade Agreement, under discussion since 2010, is to be signed"
DUTY_REACH = 12


@dataclass(frozen=True, slots=True)
class Clause:
    """A token range of a sentence: what governs it, what it is about, whether its governor is inherited."""

    first: int
    last: int
    governor: Governor | None
    scores: Scores
    inherited: bool
    subordinate: bool


def find_clauses(
    sentence: Sentence, *, lexicon: Lexicon, lead: Governor | None = None, heading: Mapping[str, float] | None = None
) -> tuple[Clause, ...]:
    """The clauses of a sentence that say different things; pieces about the same thing stay together.

    `lead`: the governor of the line that an item of a list continues ("The sides agreed to:").
    """
    clauses: list[Clause] = []
    for first, last, subordinate in _pieces(sentence, lexicon):
        before = clauses[-1] if clauses else None
        inherits = (before is not None and before.governor is not None) or lead is not None
        governor = find_governor(sentence, first, last, lexicon=lexicon, inherits=inherits and not subordinate)
        inherited = governor is None and not subordinate and inherits
        if governor is None and inherited:
            # A line's governor stands in another sentence: here it has no words of its own.
            governor = before.governor if before else lead and Governor(lead.trigger, first, first)
        place = (governor.first, governor.last) if governor and not inherited else None
        scores = score_kinds(sentence, first, last, lexicon=lexicon, trigger=place, heading=heading)
        clause = Clause(first, last, governor, scores, inherited, subordinate)
        if before is not None and not _stands_alone(sentence, clause, before, lexicon):
            clauses[-1] = _joined(sentence, before, clause, lexicon=lexicon, heading=heading)
        else:
            vague = before is not None and clause.scores.best_score < lexicon.least_score
            clauses.append(replace(clause, scores=before.scores) if vague and before else clause)
    return tuple(clauses)


def _stands_alone(sentence: Sentence, clause: Clause, before: Clause, lexicon: Lexicon) -> bool:
    if before.governor is None:
        return clause.governor is not None and clause.subordinate
    if _has_own_deed(sentence, clause):
        return True
    if clause.governor is None or clause.scores.best_score < LEAST_SCORE_ALONE or clause.scores.best == NO_KIND:
        return False  # any joint project has the cues of `NO_KIND`: they say nothing against the clause before
    if _is_weak(before.governor) and clause.governor.trigger.strength > before.governor.trigger.strength:
        return False  # "considered X and agreed on Y": what was talked about is what was agreed
    if (
        before.scores.best_score < lexicon.least_score
        and before.governor.trigger.strength <= clause.governor.trigger.strength
    ):
        return False
    return clause.scores.best != before.scores.best


def _is_weak(governor: Governor) -> bool:
    """Whether a clause only talks of its subject: reviews or discusses it, or stresses how much it matters."""
    trigger = governor.trigger
    return trigger.strength <= WEAK_STRENGTH or (trigger.status == "supported" and trigger.subject == "joint")


def _has_own_deed(sentence: Sentence, clause: Clause) -> bool:
    """Whether a clause has a subject, a trigger and a figure of its own: a second promise, though of the same kind."""
    if clause.inherited or clause.governor is None:
        return False
    subject = any(clause.first <= actor.first and actor.last <= clause.governor.first for actor in sentence.actors)
    return subject and any(clause.first <= q.first < clause.last for q in sentence.quantities)


def _joined(
    sentence: Sentence, left: Clause, right: Clause, *, lexicon: Lexicon, heading: Mapping[str, float] | None
) -> Clause:
    governor = left.governor or right.governor
    if governor is None:  # "The ministers met and agreed": the subject stands in the piece before
        governor = find_governor(sentence, left.first, right.last, lexicon=lexicon)
    if left.governor and right.governor and right.governor.trigger.strength > left.governor.trigger.strength:
        governor = right.governor
    inherited = left.inherited and (right.governor is None or right.inherited)
    place = (governor.first, governor.last) if governor and not inherited else None
    if place and left.governor and not left.inherited:
        place = (left.governor.first, left.governor.last)  # all after the first trigger is object
    scores = score_kinds(sentence, left.first, right.last, lexicon=lexicon, trigger=place, heading=heading)
    return replace(left, last=right.last, governor=governor, scores=scores, inherited=inherited)


def _pieces(sentence: Sentence, lexicon: Lexicon) -> Iterator[tuple[int, int, bool]]:
    start, subordinate = 0, False
    position = 1
    while position < len(sentence.tokens):
        cut = _cut_at(sentence, position, lexicon)
        if cut is not None and cut[0] > start:
            yield start, position, subordinate
            start, subordinate = cut
            position = start
        position += 1
    if start < len(sentence.tokens):
        yield start, len(sentence.tokens), subordinate


def _cut_at(sentence: Sentence, position: int, lexicon: Lexicon) -> tuple[int, bool] | None:
    """Where a new piece begins if the token at `position` opens one, and whether it is subordinate."""
    token = sentence.tokens[position]
    if token.raw == ";":
        return position + 1, False
    if token.word in lexicon.words["subordinators"] and _actor_and_verb(sentence, position + 1):
        return position + 1, True
    if token.word in lexicon.words["coordinators"] or token.raw == ",":
        cursor = position + 1
        while cursor < len(sentence.tokens) and _is_filler(sentence, cursor, lexicon):
            cursor += 1
        if cursor >= len(sentence.tokens):
            return None
        starts = {hit.first for hit in sentence.triggers}
        if sentence.tokens[cursor - 1].word == "to" and sentence.tokens[cursor].word in lexicon.words["postmodifiers"]:
            return None
        verb = any(place in starts for place in range(position + 1, cursor + 1)) or _is_action(
            sentence, cursor, lexicon
        )
        if verb or _actor_and_verb(sentence, position + 1) or _thing_and_duty(sentence, cursor, lexicon):
            return position + 1, False
    return None


def _is_filler(sentence: Sentence, cursor: int, lexicon: Lexicon) -> bool:
    word = sentence.tokens[cursor].word
    return lexicon.is_adverb(word) or word in lexicon.words["coordinators"]


def _is_action(sentence: Sentence, cursor: int, lexicon: Lexicon) -> bool:
    """Whether a plain verb stands there: one of the lexicon's actions that does not close a list or name a thing."""
    if sentence.tokens[cursor].word not in lexicon.words["actions"] or cursor + 1 >= len(sentence.tokens):
        return False
    following = sentence.tokens[cursor + 1]
    return not (following.is_mark or following.word in lexicon.words["coordinators"])


def _thing_and_duty(sentence: Sentence, position: int, lexicon: Lexicon) -> bool:
    """Whether a thing begins there of which something is to be done ("and a trade agreement is to be signed")."""
    if sentence.tokens[position].word not in lexicon.words["determiners"]:
        return False
    for hit in sentence.triggers:
        if position < hit.first <= position + DUTY_REACH and not hit.entry.headline:
            words = [token.word for token in sentence.tokens[position : hit.first]]
            joined = any(word in lexicon.words["coordinators"] for word in words)
            return not joined and sentence.tokens[hit.first].word in lexicon.words["modals"]
    return False


def _actor_and_verb(sentence: Sentence, position: int) -> bool:
    """Whether an actor begins there, or one word later, and a trigger follows close by before any mark."""
    actor = next((actor for actor in sentence.actors if actor.first in (position, position + 1)), None)
    if actor is None:
        return False
    for hit in sentence.triggers:
        if actor.last <= hit.first <= actor.last + VERB_REACH:
            return not any(
                token.is_mark and token.raw not in ",()" for token in sentence.tokens[actor.last : hit.first]
            )
    return False
