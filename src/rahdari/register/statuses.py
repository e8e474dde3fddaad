"""Statuses: which trigger of a clause counts, and why another does not."""

from __future__ import annotations

from dataclasses import dataclass

from rahdari.register.lexicon import Lexicon, Trigger
from rahdari.register.phrases import Hit, Token
from rahdari.register.sentences import Actor, Sentence

NEGATION_REACH = 3
# The subject of "will", and of words that are nouns as well, ends at most this many words before them.
SUBJECT_REACH = 6
MODAL_STRENGTH = 3
# Headlines and notices leave out the finite verb; a longer sentence does not.
LONGEST_HEADLINE = 16
LONGEST_ITEM = 40
# The noun that tells a list's outcome opens it: an article and a word may stand before it ("a joint proposal").
NOUN_REACH = 3
LONGEST_ASIDE = 8
# What a trigger needs in its sentence to be read at all, and the sign that shows it.
SIGNS = {"award": "awards", "event": "events", "instrument": "instruments"}


@dataclass(frozen=True, slots=True)
class Governor:
    """The trigger that gives a clause its status, with its token range."""

    trigger: Trigger
    first: int
    last: int


def find_governor(
    sentence: Sentence, first: int, last: int, *, lexicon: Lexicon, inherits: bool = False
) -> Governor | None:
    """The strongest finite trigger of a token range whose subject can promise; None where nothing is promised.

    `inherits`: the range continues a clause whose subject can promise.
    """
    full = _find_governor(sentence, first, last, lexicon=lexicon, inherits=inherits, headline=False)
    listed = sentence.is_item or sentence.is_heading
    if full is not None or inherits or len(sentence.tokens) > (LONGEST_ITEM if listed else LONGEST_HEADLINE):
        return full
    return _find_governor(sentence, first, last, lexicon=lexicon, inherits=inherits, headline=True)


def _find_governor(
    sentence: Sentence, first: int, last: int, *, lexicon: Lexicon, inherits: bool, headline: bool
) -> Governor | None:
    chosen: Governor | None = None
    taken = first
    for hit in sentence.triggers:
        if hit.entry.headline != headline:
            continue
        if not (first <= hit.first and hit.last <= last) or hit.first < taken:
            continue
        if chosen is not None and not _opens_anew(sentence, hit.first, first, lexicon):
            continue
        if hit.entry.needs in SIGNS and not sentence.has_sign(SIGNS[hit.entry.needs]):
            continue
        if hit.entry.opening and not opens_sentence(sentence, hit.first, lexicon):
            continue
        if not _is_finite(sentence, hit, first, lexicon) or not _has_subject(
            sentence, hit, first, lexicon, inherits=inherits
        ):
            continue
        taken = hit.last
        if chosen is None or hit.entry.strength > chosen.trigger.strength:
            chosen = Governor(hit.entry, hit.first, hit.last)
    return chosen


def _opens_anew(sentence: Sentence, position: int, first: int, lexicon: Lexicon) -> bool:
    """Whether a second trigger stands on its own: after a coordinator, a comma or an actor."""
    cursor = position - 1
    while cursor > first and lexicon.is_adverb(sentence.tokens[cursor].word):
        cursor -= 1
    if sentence.tokens[cursor].word in lexicon.words["coordinators"] or sentence.tokens[cursor].raw == ",":
        return True
    return any(actor.last == cursor + 1 and actor.first > first for actor in sentence.actors)


def _is_finite(sentence: Sentence, hit: Hit[Trigger], first: int, lexicon: Lexicon) -> bool:
    tokens = sentence.tokens
    cursor = hit.first - 1
    while (
        cursor > first and lexicon.is_adverb(tokens[cursor].word) and tokens[cursor].word not in lexicon.blocked_after
    ):
        cursor -= 1  # "to swiftly conclude" is an infinitive
    before = tokens[cursor].word if hit.first > 0 else ""
    if before in lexicon.auxiliaries and cursor > 0:
        before = tokens[cursor - 1].word
    opening = tokens[first : hit.first]
    opens = (
        hit.entry.headline
        and len(opening) < NOUN_REACH
        and not any(token.word in lexicon.prepositions for token in opening)
    )
    if not opens and (before in lexicon.blocked_after or (hit.first > 0 and tokens[hit.first].after_hyphen)):
        return False
    if tokens[hit.first].word in lexicon.words["infinitive_marks"] and before in lexicon.words["before_infinitives"]:
        return False
    if _is_denied(tokens, hit, first, lexicon) or _is_participle(sentence, hit, lexicon):
        return False
    return hit.entry.strength != MODAL_STRENGTH or hit.entry.headline or _is_deed(sentence, hit, first, lexicon)


def _is_denied(tokens: tuple[Token, ...], hit: Hit[Trigger], first: int, lexicon: Lexicon) -> bool:
    """Whether a trigger is negated or stands after a condition."""
    if tokens[first].word in lexicon.words["negations"]:
        return True
    near = [tokens[position].word for position in range(max(hit.first - NEGATION_REACH, first), hit.first)]
    if any(word in lexicon.words["negations"] for word in near):
        return True
    if hit.last < len(tokens) and tokens[hit.last].word in lexicon.words["negations"]:
        promised = hit.last + 1 < len(tokens) and tokens[hit.last + 1].word in lexicon.words["infinitive_marks"]
        return not (promised and hit.entry.status == "agreed")  # "pledged not to" is a promise
    return any(tokens[position].word in lexicon.words["conditionals"] for position in range(first, hit.first))


def _is_participle(sentence: Sentence, hit: Hit[Trigger], lexicon: Lexicon) -> bool:
    """Whether a trigger only describes: "is backed by", "the agreement signed in 2019 expires"."""
    if hit.entry.status == "supported":
        return hit.last < len(sentence.tokens) and sentence.tokens[hit.last].word in lexicon.words["agents"]
    if hit.entry.status not in ("signed", "agreed"):
        return False
    cursor = hit.first - 1
    while cursor > 0 and sentence.tokens[cursor].raw == ",":
        cursor -= 1
    named = any(sign.entry == "instruments" and sign.last == cursor + 1 for sign in sentence.signs)
    following = sentence.tokens[hit.last].word if hit.last < len(sentence.tokens) else ""
    return (
        named
        and hit.last == hit.first + 1
        and following in lexicon.words["participle_marks"]
        and not hit.entry.headline
    )


def _is_deed(sentence: Sentence, hit: Hit[Trigger], first: int, lexicon: Lexicon) -> bool:
    """Whether "will ..." tells of a deed: its subject can promise, or the deed is one that things do."""
    tokens, words = sentence.tokens, lexicon.words
    cursor = hit.last
    while cursor < len(tokens) and lexicon.is_adverb(tokens[cursor].word) and tokens[cursor].word != "be":
        cursor += 1
    following = tokens[cursor].word if cursor < len(tokens) else ""
    after = tokens[cursor + 1].word if cursor + 1 < len(tokens) else ""
    if lexicon.is_adverb(after) and cursor + 2 < len(tokens):
        after = tokens[cursor + 2].word
    if following == "be" or tokens[hit.last - 1].word == "be":
        return _is_done(after if following == "be" else following, lexicon)
    if following in words["effects"]:
        return False
    subjects = [
        actor
        for actor in sentence.actors
        if actor.first >= first and 0 <= hit.first - actor.last <= SUBJECT_REACH and not actor.teller
    ]
    if _follows_proper_name(sentence, hit.first, lexicon):
        return True
    if tokens[hit.first - 1].word in words["pronouns"] and any(actor.last < hit.first for actor in sentence.actors):
        return True  # "The side made known that it will raise ..."
    dated = any(deadline.firm and deadline.first > hit.first for deadline in sentence.deadlines)
    if dated and following not in words["negations"]:
        return True
    measured = any(quantity.first > hit.first for quantity in sentence.quantities)
    if measured and following in words["actions"] and hit.first == first + 1 and tokens[first].raw[0].isupper():
        return True  # "Equinor will invest 400 million": a name that no table knows
    return (bool(subjects) and _follows_subject(sentence, hit, subjects, lexicon)) or following in words[
        "subjectless_deeds"
    ]


def _is_done(word: str, lexicon: Lexicon) -> bool:
    """Whether a word after "will be" tells of a deed: a participle of the list, or any regular one but some."""
    regular = word.endswith(tuple(lexicon.words["participle_ends"])) and word not in lexicon.words["not_deeds"]
    return regular or word in lexicon.words["deeds_after_be"]


def _follows_proper_name(sentence: Sentence, position: int, lexicon: Lexicon) -> bool:
    """Whether a name that no table knows stands before the trigger: capitals within it, or two capitalised words."""
    cursor = _before_aside(sentence, position) - 1
    while cursor > 0 and lexicon.is_adverb(sentence.tokens[cursor].word):
        cursor -= 1
    raw = sentence.tokens[cursor].raw if cursor >= 0 else ""
    inside = any(letter.isupper() for letter in raw[1:])
    return inside or (cursor > 0 and raw[:1].isupper() and sentence.tokens[cursor - 1].raw[:1].isupper())


def _has_subject(sentence: Sentence, hit: Hit[Trigger], first: int, lexicon: Lexicon, *, inherits: bool) -> bool:
    trigger = hit.entry
    subjects = [actor for actor in sentence.actors if first <= actor.first and actor.last <= hit.first]
    if trigger.near:
        return any(hit.first - actor.last <= SUBJECT_REACH for actor in subjects) and _follows_subject(
            sentence, hit, subjects, lexicon
        )
    if trigger.subject == "any" or inherits or _is_resolution(sentence, hit, lexicon):
        return True
    before = sentence.tokens[hit.first - 1].word if hit.first else ""
    if trigger.subject == "actor":
        return bool(subjects) or before in lexicon.passive_after or _follows_name(sentence, hit.first, lexicon)
    return has_joint_subject(sentence, first, Governor(trigger, hit.first, hit.last))


def opens_sentence(sentence: Sentence, position: int, lexicon: Lexicon) -> bool:
    """Whether only numbering, marks, an article or an adverb stands before a token."""
    free = lexicon.words["determiners"] | lexicon.words["openers"]
    return all(token.is_mark or token.is_number or token.word in free for token in sentence.tokens[:position])


def _is_resolution(sentence: Sentence, hit: Hit[Trigger], lexicon: Lexicon) -> bool:
    """Whether a verb opens its sentence ("AGREED to ..."), its subject in the line that opens the list.

    "Signed in 1999, the treaty ..." is a participle: what dates or places it follows at once.
    """
    following = sentence.tokens[hit.last].word if hit.last < len(sentence.tokens) else ""
    return opens_sentence(sentence, hit.first, lexicon) and following not in lexicon.words["participle_marks"]


def _before_aside(sentence: Sentence, position: int) -> int:
    """The place before a remark between commas that ends at a token ("Masdar, for its part, offered"), else itself."""
    if position < 2 or sentence.tokens[position - 1].raw != ",":
        return position
    comma = next(
        (n for n in range(position - 2, max(position - 2 - LONGEST_ASIDE, 0), -1) if sentence.tokens[n].raw == ","),
        None,
    )
    return position if comma is None else comma


def _follows_name(sentence: Sentence, position: int, lexicon: Lexicon) -> bool:
    """Whether a capitalised word that is no function word stands right before the trigger ("Silva offered")."""
    cursor = _before_aside(sentence, position) - 1
    while cursor > 0 and lexicon.is_adverb(sentence.tokens[cursor].word):
        cursor -= 1
    if cursor < 0 or any(True for _ in lexicon.outsiders.find(sentence.tokens, cursor, position)):
        return False
    token = sentence.tokens[cursor]
    return token.raw[0].isupper() and token.word not in lexicon.words["function_words"]


def _follows_subject(sentence: Sentence, hit: Hit[Trigger], subjects: list[Actor], lexicon: Lexicon) -> bool:
    """Whether only a name or adverbs stand between the subject and a word that may be a noun ("Kenya plans")."""
    nearest = max(actor.last for actor in subjects)
    between = sentence.tokens[nearest : hit.first]
    return all(
        token.raw[0].isupper()
        or token.raw == ","
        or lexicon.is_adverb(token.word)
        or token.word in lexicon.prepositions
        or token.word in lexicon.words["coordinators"]
        or token.word in lexicon.words["determiners"]
        for token in between
    )


def has_joint_subject(sentence: Sentence, first: int, governor: Governor) -> bool:
    """Whether both sides stand before a trigger as its subject."""
    subjects = [actor for actor in sentence.actors if first <= actor.first and actor.last <= governor.first]
    return any(actor.joint for actor in subjects) or len({actor.code for actor in subjects if actor.code}) > 1


def is_told_as_past(
    sentence: Sentence, first: int, last: int, *, lexicon: Lexicon, latest_year: int | None, governor: Governor | None
) -> bool:
    """Whether a clause tells of another time: by a word of history, or a year before the document's."""
    if sentence.has_sign("history", first=first, last=last):
        return True
    if latest_year is None:
        return False
    own = governor is not None and first <= governor.first < last
    start = governor.last if governor and own else first
    if governor and own and sentence.tokens[governor.first].word in lexicon.words["modals"]:
        return False  # "will be held", "is ready to": what is to come, whenever its subject began
    quantities_end = {quantity.last for quantity in sentence.quantities}
    for position in range(max(first, 1), last):
        raw = sentence.tokens[position].raw
        if not (len(raw) == 4 and raw.isdecimal() and "1900" <= raw < str(latest_year)):
            continue
        before = sentence.tokens[position - 1]
        dated = before.word in lexicon.words["year_prepositions"] or before.word in lexicon.month_of or before.is_number
        between = sentence.tokens[start if position > start else first : position]
        aside = position > start and any(token.raw == "," for token in between)
        relative = aside or any(token.word in lexicon.words["relatives"] for token in between)
        if dated and not relative and position - 1 not in quantities_end:
            return True
    return False
