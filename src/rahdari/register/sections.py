"""Sections: what a heading, or the line that opens a list, says of the lines under it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from rahdari.register.lexicon import Lexicon, Trigger
from rahdari.register.sentences import Sentence
from rahdari.register.statuses import Governor, opens_sentence

BACKGROUND = "background"
# A heading says this much of its lines: more than their nouns, less than a verb of their own.
STRENGTHS = {"signed": 9, "achieved": 8, "agreed": 7, "offered": 6, "supported": 5, "planned": 3, "reviewed": 2}
COLON = ":"
POST_WORDS = 4
# A sentence's subject begins within so many words.
SUBJECT_AT = 5
DOUBTS = ("opinion", "stock", "vague")
# Words of the longest label, such as that of who is responsible on one side.
LONGEST_LABEL = 7
# A line that opens with one of these signs is no promise of a list: it tells of a state or of the past.
TOLD = ("states", "history", "domestic")


@dataclass(frozen=True, slots=True)
class Section:
    """What a heading gives its lines: a status, or nothing; under a `background` heading nothing is promised."""

    governor: Governor | None
    background: bool


NO_SECTION = Section(None, background=False)


def section_of(heading: Sentence, *, lexicon: Lexicon) -> Section:
    """What a heading says of the lines under it; where several of its words speak, the strongest status."""
    found = {hit.entry for hit in lexicon.sections.find(heading.tokens)}
    statuses = sorted(found - {BACKGROUND}, key=lambda status: -STRENGTHS.get(status, 1))
    if not statuses:
        return Section(None, background=BACKGROUND in found)
    return Section(Governor(heading_trigger(statuses[0]), 0, 0), background=False)


def heading_trigger(status: str) -> Trigger:
    """The trigger of a line that has no verb of its own, by the status that its place gives it."""
    return Trigger(
        status,
        STRENGTHS.get(status, 1),
        subject="any",
        needs="" if status == "signed" else "kind",
        near=False,
        headline=False,
        opening=False,
        unaided=None,
    )


def as_listed(sentence: Sentence, *, lexicon: Lexicon, is_title: bool) -> Sentence:
    """The sentence, as an item where a heading or a short line is the name of an instrument ("MoU on fisheries")."""
    if sentence.is_heading and is_post(sentence):
        return replace(sentence, is_heading=False, is_item=True)
    if sentence.is_item or sentence.is_row or is_title or not opens_with_instrument(sentence, lexicon=lexicon):
        return sentence
    return replace(sentence, is_heading=False, is_item=True)


def is_post(sentence: Sentence) -> bool:
    """Whether a line is a message of a social network: a hashtag, a flag or another picture, "2/5" or "@name"."""
    raws = [token.raw for token in sentence.tokens]
    numbered = len(raws) > POST_WORDS and raws[0].isdecimal() and raws[1] == "/" and raws[2].isdecimal()
    pictured = any(unicodedata.category(raw[0]) == "So" for raw in raws)
    return len(raws) > POST_WORDS and (numbered or pictured or "#" in raws or raws[0] == "@")


def opens_with_instrument(sentence: Sentence, *, lexicon: Lexicon) -> bool:
    """Whether a line names an instrument rather than telling of one."""
    return any(
        hit.entry.opening and hit.entry.status == "signed" and opens_sentence(sentence, hit.first, lexicon)
        for hit in sentence.triggers
    )


def is_label(
    sentence: Sentence, *, lexicon: Lexicon, names: tuple[str, ...] = ("deadline_labels", "owner_labels")
) -> bool:
    """Whether a line opens with a label ("Term:", "Responsible parties:") and so tells of the action above it."""
    colon = next((n for n, token in enumerate(sentence.tokens[:LONGEST_LABEL]) if token.raw == COLON), 0)
    return bool(colon) and any(sentence.tokens[0].word in lexicon.words[name] for name in names)


def order_of(sentence: Sentence, *, lexicon: Lexicon) -> Governor | None:
    """The governor of an item that opens with a plain verb ("Raise trade to ..."): what a plan lists is agreed."""
    deed = next((n for n, token in enumerate(sentence.tokens) if not (token.is_mark or token.is_number)), None)
    if deed is None or not sentence.is_item or sentence.tokens[deed].word not in lexicon.words["actions"]:
        return None
    if deed + 1 >= len(sentence.tokens) or sentence.tokens[deed + 1].is_mark:
        return None
    return Governor(heading_trigger("agreed"), deed, deed + 1)


def promised_thing(sentence: Sentence, *, lexicon: Lexicon) -> Governor | None:
    """The governor of an item without a verb that has a deadline or figure ("Joint study, by May"): planned."""
    measured = bool(sentence.quantities) and _names_a_thing(sentence, lexicon)
    if not sentence.is_item or not (measured or sentence.deadlines) or is_told(sentence):
        return None
    verbs = lexicon.auxiliaries | lexicon.passive_after | lexicon.words["modals"]
    dated = {position for hit in sentence.deadlines for position in range(hit.first, hit.last)}
    if any(token.word in verbs for position, token in enumerate(sentence.tokens) if position not in dated):
        return None
    return Governor(heading_trigger("planned"), 0, 0)


def dated_deed(sentence: Sentence, *, lexicon: Lexicon) -> Governor | None:
    """The governor of a sentence whose side does something by a day ("Fiji adds a flight in August 2027"): planned."""
    dated = any(hit.firm and hit.deadline.latest is not None for hit in sentence.deadlines)
    if not dated or is_told(sentence) or any(sentence.has_sign(sign) for sign in DOUBTS):
        return None
    words = {token.word for token in sentence.tokens}
    if words & (lexicon.words["negations"] | lexicon.words["conditionals"] | lexicon.words["doubts"]):
        return None
    subject = next((actor for actor in sentence.actors if actor.first <= SUBJECT_AT), None)
    return Governor(heading_trigger("planned"), 0, 0) if subject else None


def _names_a_thing(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a line is a noun with what it is for ("A loan of 5 million for schools"), and no word in the past."""
    if any(lexicon.is_past(token.word) for token in sentence.tokens):
        return False
    return any(token.word in lexicon.words["purposes"] for token in sentence.tokens[1:])


def is_told(sentence: Sentence) -> bool:
    """Whether a line tells of a state or of the past, so that its section's status is not its own."""
    return any(sentence.has_sign(sign) for sign in TOLD)
