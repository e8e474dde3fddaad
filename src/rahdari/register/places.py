"""Places: which names of a clause are its objects, not its parties, its adjectives or the venue of the talks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rahdari.register.clauses import Clause
from rahdari.register.gazetteer import NameHit, NameKind
from rahdari.register.lexicon import Lexicon
from rahdari.register.sentences import Sentence

# "a railway that will link" - the line's noun, and the venue's occasion, stand within so many words.
LINE_REACH = 6
OCCASION_REACH = 8
SITTING_REACH = 3
# The sitting itself is promised, so its place is an object.
FORWARD = frozenset({"planned", "agreed", "offered"})
CITIES = (NameKind.PLACE, NameKind.CAPITAL)
LINE_KINDS = frozenset({"port_access", "transport_corridor", "air_link", "trade_facilitation"})
LINE_VERBS_OF_TWO = 2
DASHES = frozenset("-\u2013\u2014")
JOINTS = DASHES | {",", "/"}


@dataclass(frozen=True, slots=True)
class _Run:
    """Names in a row, joined by commas, coordinators or hyphens."""

    hits: tuple[NameHit, ...]
    hyphened: bool


def find_places(
    sentence: Sentence, clause: Clause, text: str, *, lexicon: Lexicon, parties: Sequence[str]
) -> tuple[str, ...]:
    """The places that a clause names as objects, in its words and order, each once."""
    found: list[str] = []
    for run in _runs(sentence, clause, lexicon):
        if _is_line(sentence, clause, run, lexicon):
            kept: Sequence[NameHit] = [hit for hit in run.hits if hit.name.kind is not NameKind.DEMONYM]
        elif _is_venue(sentence, clause, run.hits[0], lexicon=lexicon, parties=parties):
            kept = []
        else:
            kept = [hit for hit in run.hits if _is_object(sentence, clause, hit, run, lexicon=lexicon, parties=parties)]
        for hit in kept:
            words = place_words(sentence, hit, text, lexicon)
            if words not in found:
                found.append(words)
    return tuple(found)


def place_words(sentence: Sentence, hit: NameHit, text: str, lexicon: Lexicon) -> str:
    """A place in the document's words, or in the nominative where its language declines names."""
    if lexicon.places.inflected:
        return hit.name.label
    return text[sentence.tokens[hit.first].start : sentence.tokens[hit.last - 1].end]


def _runs(sentence: Sentence, clause: Clause, lexicon: Lexicon) -> list[_Run]:
    runs: list[list[NameHit]] = []
    hyphened: list[bool] = []
    for hit in sentence.names:
        if not (clause.first <= hit.first and hit.last <= clause.last):
            continue
        if runs and _joined(sentence, runs[-1][-1], hit, lexicon):
            runs[-1].append(hit)
            dashed = sentence.tokens[hit.first - 1].raw in DASHES
            hyphened[-1] = hyphened[-1] and (dashed or sentence.tokens[hit.first].after_hyphen)
        else:
            runs.append([hit])
            hyphened.append(True)
    return [_Run(tuple(run), flag and len(run) > 1) for run, flag in zip(runs, hyphened, strict=True)]


def _joined(sentence: Sentence, left: NameHit, right: NameHit, lexicon: Lexicon) -> bool:
    between = [
        token for token in sentence.tokens[left.last : right.first] if token.word not in lexicon.places.directions
    ]
    if not between:
        return sentence.tokens[right.first].after_hyphen
    return len(between) <= 2 and all(
        token.raw in JOINTS or token.word in lexicon.words["coordinators"] for token in between
    )


def _is_line(sentence: Sentence, clause: Clause, run: _Run, lexicon: Lexicon) -> bool:
    """Whether the names are those of a line: a hyphened chain before its noun, or a list after "linking"."""
    first, last = run.hits[0].first, run.hits[-1].last
    lines = [hit for hit in sentence.signs if hit.entry == "lines" and clause.first <= hit.first]
    if run.hyphened:
        near = range(first - LINE_REACH, min(last + LINE_REACH, clause.last))
        return any(hit.first in near for hit in lines) or any(hit.name.kind in CITIES for hit in run.hits)
    verbs = [hit for hit in sentence.signs if hit.entry == "line_verbs" and hit.last <= first and first - hit.last <= 1]
    before = [hit for hit in lines if hit.last <= first]
    if not before or not verbs:
        return False
    strong = sentence.tokens[verbs[-1].first].word not in lexicon.words["object_prepositions"]
    near_noun = 0 <= verbs[-1].first - before[-1].last <= LINE_REACH
    return len(run.hits) >= LINE_VERBS_OF_TWO and (strong or near_noun)


def _is_venue(sentence: Sentence, clause: Clause, hit: NameHit, *, lexicon: Lexicon, parties: Sequence[str]) -> bool:
    """Whether a place is where the talks were held; what was signed "in" a party's capital was signed there."""
    status = clause.governor.trigger.status if clause.governor else ""
    if is_at_venue(sentence, hit, lexicon, status=status):
        return True
    before = sentence.tokens[hit.first - 1].word if hit.first else ""
    capital = hit.name.kind is NameKind.CAPITAL and hit.name.code in parties
    return capital and status == "signed" and before in lexicon.words["place_prepositions"] and not clause.inherited


def is_at_venue(sentence: Sentence, hit: NameHit, lexicon: Lexicon, *, status: str) -> bool:
    """Whether "in", "at" or "to" joins the name to a visit, a ceremony or a sitting before it."""
    if hit.first == 0 or sentence.tokens[hit.first - 1].word not in lexicon.words["place_prepositions"]:
        return False
    for sign in sentence.signs:
        distance = hit.first - 1 - sign.last
        # "met on Monday and agreed to open a consulate in Bergen": the deed between takes the place for itself.
        deed = status in FORWARD and any(sign.last <= other.first < hit.first for other in sentence.triggers)
        if sign.entry == "occasions" and 0 <= distance <= OCCASION_REACH and not deed:
            return True
        verb = any(other.first == sign.first for other in sentence.triggers)
        if sign.entry == "sittings" and verb and distance == 0:
            return True
        if sign.entry == "sittings" and not verb and 0 <= distance <= SITTING_REACH and status not in FORWARD:
            return True
    return False


def _is_object(
    sentence: Sentence, clause: Clause, hit: NameHit, run: _Run, *, lexicon: Lexicon, parties: Sequence[str]
) -> bool:
    name = hit.name
    if name.kind in (NameKind.DEMONYM, NameKind.GROUP):
        return False
    if _is_in_subject(sentence, clause, run, lexicon=lexicon, parties=parties):
        return False
    if _is_part_of_name(sentence, hit, lexicon) or _ends_a_name(sentence, hit, lexicon):
        return False
    if name.kind is NameKind.PLACE:
        return True
    head = _head_before(sentence, run.hits[0].first, lexicon)
    preposition = sentence.tokens[head].word if head >= 0 else ""
    following = sentence.tokens[hit.last].word if hit.last < len(sentence.tokens) else ""
    if following in lexicon.possessives or sentence.tokens[hit.last - 1].before_hyphen:
        return False
    office = preposition in lexicon.places.office_prepositions and _after_actor(sentence, head)
    office = office and not _is_headed(sentence, hit, lexicon)
    deed = head > 0 and preposition == "of" and sentence.tokens[head - 1].word in lexicon.places.deeds_of
    if preposition not in lexicon.words["object_prepositions"] or office or deed:
        return False
    return name.kind is NameKind.CAPITAL or name.code not in parties or _locates(sentence, head, lexicon.places.grounds)


def _is_in_subject(sentence: Sentence, clause: Clause, run: _Run, *, lexicon: Lexicon, parties: Sequence[str]) -> bool:
    """Whether a name stands before the clause's first verb of promise as who acts, and not as where something is."""
    governor, hit = clause.governor, run.hits[0]
    if governor is None or clause.inherited or governor.trigger.subject == "any":
        return False
    verbs = [other.first for other in sentence.triggers if clause.first <= other.first < clause.last]
    if hit.first >= min(verbs, default=governor.first):
        return False
    head = _head_before(sentence, hit.first, lexicon)
    placed = head >= clause.first and sentence.tokens[head].word in lexicon.words["place_prepositions"]
    return not placed or (hit.name.kind is not NameKind.PLACE and hit.name.code in parties)


def _head_before(sentence: Sentence, first: int, lexicon: Lexicon) -> int:
    """The token that a name hangs on, articles and directions ("eastern") left out; -1 where it opens the sentence."""
    between = lexicon.words["determiners"] | lexicon.places.directions
    head = first - 1
    while head > 0 and sentence.tokens[head].word in between:
        head -= 1
    return head


def _locates(sentence: Sentence, head: int, grounds: frozenset[str]) -> bool:
    """Whether a party's name tells where a line runs: "through the territory of Peru", "the ports of Orva in Peru"."""
    if head > 0 and sentence.tokens[head - 1].word in grounds:
        return True
    place = any(hit.last == head and hit.name.kind is NameKind.PLACE for hit in sentence.names)
    return place and any(hit.entry == "lines" and hit.last <= head for hit in sentence.signs)


def _is_part_of_name(sentence: Sentence, hit: NameHit, lexicon: Lexicon) -> bool:
    """Whether a capitalised word goes on with another name ("Cairo University"); a port or a line keeps its place."""
    if hit.last >= len(sentence.tokens) or hit.name.kind not in (NameKind.CAPITAL, NameKind.PLACE):
        return False
    following = sentence.tokens[hit.last]
    if not following.raw[0].isupper() or any(other.first == hit.last for other in sentence.names):
        return False
    if any(True for _ in lexicon.places.heads_after.find_at(sentence.tokens, hit.last, len(sentence.tokens))):
        return False
    kinds = {cue.entry.kind for cue in sentence.cues if cue.first in (hit.first, hit.last)}
    return not kinds & LINE_KINDS


def _ends_a_name(sentence: Sentence, hit: NameHit, lexicon: Lexicon) -> bool:
    """Whether a city is the last word of a longer name ("Institut Teknologi Bandung", "Luis Santos")."""
    position = hit.first - 1
    if position < 1 or hit.name.kind not in CITIES or sentence.tokens[hit.first].after_hyphen:
        return False
    before = sentence.tokens[position]
    written = before.raw[0].isupper() and before.raw[1:].islower() and not before.is_number
    known = any(other.first <= position < other.last for other in sentence.names)
    headed = _is_headed(sentence, hit, lexicon)
    return written and not known and not headed and before.word not in lexicon.words["function_words"]


def _is_headed(sentence: Sentence, hit: NameHit, lexicon: Lexicon) -> bool:
    """Whether a noun before the name shows it to be a place ("the Port of Baku")."""
    return any(
        found.last == hit.first
        for start in range(max(hit.first - 5, 0), hit.first)
        for found in lexicon.places.heads_before.find_at(sentence.tokens, start, hit.first)
    )


def _after_actor(sentence: Sentence, position: int) -> bool:
    """Whether the preposition follows an office ("the president of Chile")."""
    return any(actor.last == position and actor.code is None for actor in sentence.actors)
