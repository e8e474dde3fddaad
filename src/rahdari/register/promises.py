"""Promises: whether a clause with a trigger promises something, and is no fact, opinion or one side's own affair."""

from __future__ import annotations

from rahdari.register.amounts import deadline_of, quantities_of
from rahdari.register.clauses import WEAK_STRENGTH, Clause
from rahdari.register.lexicon import Lexicon
from rahdari.register.sentences import Sentence
from rahdari.register.statuses import MODAL_STRENGTH, Governor, has_joint_subject

# A clause needs at least so many words to say something.
FEWEST_WORDS = 3
# What is signed or done is told of both sides, whatever else the sentence says.
AGREED_STRENGTH = 7
SUPPORTED_STRENGTH = 5
# "The goal is to ...": whose goal it is need not be said.
PURPOSE_STRENGTH = 4
COLON = ":"
AWARD_KIND = "diplomatic"


def is_promise(sentence: Sentence, clause: Clause, governor: Governor, lexicon: Lexicon) -> bool:
    """Whether a governed clause is a promise: it says what its trigger needs, and nothing speaks against it."""
    first, last = clause.first, clause.last
    words = sum(not token.is_mark for token in sentence.tokens[first:last])
    if words < FEWEST_WORDS or any(
        True for _ in lexicon.outsiders.find(sentence.tokens, first, min(max(first, governor.first), last))
    ):
        return False
    if _is_own_affair(sentence, clause, governor) or _is_told(sentence, clause, governor):
        return False
    if _is_view(sentence, clause, governor, lexicon):
        return False
    return _has_object(sentence, clause, governor) and _meets_need(sentence, clause, governor, lexicon)


def _is_view(sentence: Sentence, clause: Clause, governor: Governor, lexicon: Lexicon) -> bool:
    """Whether sides only agree that something is so ("concurred that the world is in crisis"): no figure, no deed."""
    tokens = sentence.tokens
    if clause.inherited or governor.last >= clause.last or tokens[governor.last].word not in lexicon.words["relatives"]:
        return False
    rest = [token.word for token in tokens[governor.last : clause.last]]
    verbs = [word for word in rest if word in lexicon.words["modals"] or word in lexicon.passive_after]
    stative = bool(verbs) and verbs[0] in lexicon.words["states_of_being"]
    to_do = any(word in lexicon.words["infinitive_marks"] for word in rest)
    measured = any(quantity.first >= governor.last for quantity in quantities_of(sentence, clause))
    return stative and not (to_do or measured or deadline_of(sentence, clause))


def _is_told(sentence: Sentence, clause: Clause, governor: Governor) -> bool:
    """Whether a clause tells a fact or opinion, or of "issues of common interest"."""
    trigger, first, last = governor.trigger, clause.first, clause.last
    if sentence.has_sign("final_clauses") or (
        sentence.tokens[-1].raw == COLON and sentence.has_sign("list_leads", first=first, last=last)
    ):
        return True
    if trigger.status == "reviewed" and sentence.has_sign("stock", first=first, last=last):
        return True  # "noted with satisfaction that trade reached ..."
    if trigger.strength <= WEAK_STRENGTH and clause.scores.best in (None, AWARD_KIND) and sentence.has_sign("vague"):
        return True
    return trigger.strength <= SUPPORTED_STRENGTH and sentence.has_sign("opinion", first=first, last=last)


def _meets_need(sentence: Sentence, clause: Clause, governor: Governor, lexicon: Lexicon) -> bool:
    """Whether a clause holds what its trigger needs beside it: an award, instrument, event, or a subject."""
    trigger, first, last = governor.trigger, clause.first, clause.last
    if trigger.needs == "award":
        return sentence.has_sign("awards", first=first, last=last)
    if trigger.needs == "instrument":
        return sentence.has_sign("instruments", first=first, last=last)
    if trigger.needs == "event":
        return sentence.has_sign("events", first=first, last=last) and clause.scores.best_score >= lexicon.least_score
    if trigger.needs == "figure" and not (quantities_of(sentence, clause) or deadline_of(sentence, clause)):
        return False
    if trigger.needs in ("kind", "figure") and clause.scores.best_score < lexicon.least_score:
        joint = has_joint_subject(sentence, first, governor) and (
            trigger.unaided is not None or _is_plain_deed(sentence, governor, lexicon)
        )
        return joint or _is_concrete(sentence, clause, governor) or _is_done(sentence, clause, governor, lexicon)
    return True


def _has_object(sentence: Sentence, clause: Clause, governor: Governor) -> bool:
    """Whether a weak verb says what was talked about ("They have shown interest, people said" does not)."""
    if clause.inherited or governor.trigger.strength > SUPPORTED_STRENGTH or governor.trigger.subject != "actor":
        return True
    return governor.last < len(sentence.tokens) and sentence.tokens[governor.last].raw not in {",", ".", ";"}


def _is_own_affair(sentence: Sentence, clause: Clause, governor: Governor) -> bool:
    """Whether one side tells of what it does for itself: a national programme, its own budget, what it recalls."""
    if governor.trigger.strength > AGREED_STRENGTH or has_joint_subject(sentence, clause.first, governor):
        return False
    retold = sentence.has_sign("retold", last=governor.first + 1) if not clause.inherited else False
    return retold or sentence.has_sign("domestic")


def _is_plain_deed(sentence: Sentence, governor: Governor, lexicon: Lexicon) -> bool:
    """Whether a plain verb of doing follows ("the two governments will promote ...")."""
    return any(token.word in lexicon.words["actions"] for token in sentence.tokens[governor.last : governor.last + 2])


def _is_done(sentence: Sentence, clause: Clause, governor: Governor, lexicon: Lexicon) -> bool:
    """Whether a clause says that something is to be done, whatever it is about ("a treaty is to be negotiated")."""
    if clause.inherited or sentence.tokens[governor.first].word not in lexicon.words["duties"]:
        return False
    passive = lexicon.words["postmodifiers"]
    return any(token.word in passive for token in sentence.tokens[governor.last - 1 : governor.last + 2])


def _is_concrete(sentence: Sentence, clause: Clause, governor: Governor) -> bool:
    """Whether a clause without a subject of a known kind still says how much or by when, and who."""
    if governor.trigger.strength < MODAL_STRENGTH:
        return False
    limit = clause.last if clause.inherited else governor.first
    acts = clause.inherited or any(clause.first <= actor.first < limit for actor in sentence.actors)
    acts = acts or governor.trigger.strength == PURPOSE_STRENGTH
    return acts and bool(quantities_of(sentence, clause) or deadline_of(sentence, clause))
