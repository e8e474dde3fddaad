"""Place names: names that no table knows, told by the nouns, prepositions and other places around them."""

from __future__ import annotations

from rahdari.register.gazetteer import Name, NameHit, NameKind
from rahdari.register.lexicon import Lexicon
from rahdari.register.phrases import Token

# "in Ho Chi Minh City"
LONGEST_PLACE = 3
DASHES = frozenset("-\u2013\u2014")
QUOTES = frozenset('\u00ab\u201e\u201c"')
# A line's noun stands within so many words of a chain of names, or before a preposition with one.
CHAIN_REACH = 4
LINE_REACH = 10
# "the ports of A, B, C and D"
LONGEST_LIST = 8
KNOWN = (NameKind.PLACE, NameKind.CAPITAL)


class _Reader:
    """The names of one sentence while further places are found in it."""

    def __init__(self, names: tuple[NameHit, ...], tokens: tuple[Token, ...], text: str, lexicon: Lexicon) -> None:
        self.tokens, self.text, self.lexicon = tokens, text, lexicon
        self.places = lexicon.places
        self.names = list(names)
        self.by_first = {hit.first: hit for hit in names}
        self.taken = {position for hit in names for position in range(hit.first, hit.last)}
        self.line_nouns = frozenset(
            position for hit in lexicon.places.line_nouns.find(tokens) for position in range(hit.first, hit.last)
        )

    def add(self, first: int, last: int) -> None:
        """Take a token range as a place, instead of the names inside it."""
        inside = [hit for hit in self.names if hit.first < last and first < hit.last]
        for hit in inside:
            self.names.remove(hit)
            del self.by_first[hit.first]
        label = self.text[self.tokens[first].start : self.tokens[last - 1].end]
        hit = NameHit(Name(NameKind.PLACE, "", label), first, last)
        self.names.append(hit)
        self.by_first[first] = hit
        self.taken.update(range(first, last))

    def name_end(self, first: int, *, hyphens: bool = True) -> int | None:
        """The token after an unknown name that begins there, None where none may."""
        tokens, last = self.tokens, first
        while last < len(tokens) and last - first < LONGEST_PLACE and last not in self.taken:
            if last > first and tokens[last].after_hyphen and not hyphens:
                break
            joins = tokens[last].word in self.places.particles and last > first and self.may_name(last + 1)
            if not joins and not self.may_name(last):
                break
            last += 1
        if last == first or (last == first + 1 and len(tokens[first].raw) < 3):
            return None
        return last

    def may_name(self, position: int) -> bool:
        """Whether a word is written like a place's name: a capital and small letters, and no month, office or part."""
        if position >= len(self.tokens) or position in self.taken:
            return False
        raw, word = self.tokens[position].raw, self.tokens[position].word
        if not (raw[0].isupper() and raw[1:].islower()):
            return False
        return word not in self.places.not_places and word not in self.lexicon.month_of

    def is_free(self, last: int) -> bool:
        """Whether a name ends there: no further capitalised word, possessive or verb of the subject follows."""
        if last >= len(self.tokens):
            return True
        following = self.tokens[last]
        if following.raw[0].isupper() and last not in self.by_first and not following.after_hyphen:
            return False
        if following.word in self.lexicon.possessives or following.after_hyphen:
            return False
        return not any(True for _ in self.lexicon.triggers.find_at(self.tokens, last, len(self.tokens)))

    def near_line(self, first: int, last: int) -> bool:
        """Whether the noun of something that runs between places stands in a token range."""
        return not self.line_nouns.isdisjoint(range(max(first, 0), last))


def with_unknown_places(
    names: tuple[NameHit, ...], tokens: tuple[Token, ...], text: str, lexicon: Lexicon
) -> tuple[NameHit, ...]:
    """The names, and the places that their surroundings tell: "the port of Lirra", "an Orva - Telm line"."""
    reader = _Reader(names, tokens, text, lexicon)
    _add_proper(reader)
    _add_longer(reader)
    _add_chains(reader)
    _add_headed(reader)
    _add_after_prepositions(reader)
    _add_listed(reader)
    return tuple(sorted(reader.names, key=lambda hit: hit.first))


def _add_proper(reader: _Reader) -> None:
    """Waters and lands whose noun is part of their name: "Lake Orva", "Gulf of Orva", "Orva Strait"."""
    tokens, places = reader.tokens, reader.places
    for position, token in enumerate(tokens):
        if not token.raw[0].isupper():
            continue
        if token.word in places.proper_before and position + 1 < len(tokens):
            first = position + 1 + (tokens[position + 1].word == "of")
            known = reader.by_first.get(first)
            last = known.last if known else reader.name_end(first)
            if last is not None:
                reader.add(position, last)
        elif token.word in places.proper_after and position not in reader.taken and position:
            known = next((hit for hit in reader.names if hit.last == position and hit.name.kind in KNOWN), None)
            before = known.first if known else position - 1
            if known or reader.may_name(before):
                reader.add(before, position + 1)


def _add_longer(reader: _Reader) -> None:
    """Names that begin with a known place: "in Telm Al-Orva"."""
    words = reader.lexicon.words
    for hit in list(reader.names):
        before = reader.tokens[hit.first - 1].word if hit.first else ""
        if hit.name.kind not in KNOWN or before not in words["place_prepositions"] | words["coordinators"]:
            continue
        last = reader.name_end(hit.last)
        if last is not None and not reader.tokens[hit.last].after_hyphen and reader.is_free(last):
            reader.add(hit.first, last)


def _add_headed(reader: _Reader) -> None:
    """Names that a noun shows to be places: "the port of Lirra", "the Lirra area"."""
    tokens, places = reader.tokens, reader.places
    for hit in places.heads_before.find(tokens):
        first = hit.last + (hit.last < len(tokens) and tokens[hit.last].raw in QUOTES)
        if first in reader.by_first or first >= len(tokens):
            continue
        last = reader.name_end(first)
        if last is not None and reader.is_free(last):
            reader.add(first, last)
    for hit in places.heads_after.find(tokens):
        first = hit.first - 1
        while first > 0 and reader.may_name(first - 1) and hit.first - first < LONGEST_PLACE:
            first -= 1
        between = tokens[hit.first : hit.last]
        if between[0].raw[0].isupper() and between[0].word in places.lower_heads:
            continue  # "the Silk Road"
        if hit.last < len(tokens) and tokens[hit.last].word == "of":
            continue  # "the Autonomous Port of Orva": the name follows
        if first < 1 or not reader.may_name(first) or any(token.raw[0].isupper() for token in between[:-1]):
            continue
        hyphened = any(token.after_hyphen for token in tokens[first : hit.first])
        if (reader.name_end(first) or 0) >= hit.first and not hyphened:
            reader.add(first, hit.first)


def _add_chains(reader: _Reader) -> None:
    """The unknown members of "Orva - Telm - Quell line" and of "at Orva-Telm"."""
    for spaced in (True, False):
        position = 0
        while position < len(reader.tokens):
            members = _chain_at(reader, position, spaced=spaced)
            if len(members) > 1 and _is_route(reader, members, spaced=spaced):
                for first, last in members:
                    if first not in reader.by_first:
                        reader.add(first, last)
            position = members[-1][1] if len(members) > 1 else position + 1


def _chain_at(reader: _Reader, position: int, *, spaced: bool) -> list[tuple[int, int]]:
    members: list[tuple[int, int]] = []
    tokens = reader.tokens
    while position < len(tokens):
        known = reader.by_first.get(position)
        if known is not None and known.name.kind in (NameKind.DEMONYM, NameKind.GROUP):
            break
        last = known.last if known else reader.name_end(position, hyphens=spaced)
        if last is None:
            break
        members.append((position, last))
        joined = last < len(tokens) and (tokens[last].raw in DASHES if spaced else tokens[last].after_hyphen)
        if not joined:
            break
        position = last + 1 if spaced else last
    return members


def _is_route(reader: _Reader, members: list[tuple[int, int]], *, spaced: bool) -> bool:
    """Whether a chain of names is a way between places: a line's noun beside it, a place in it or a preposition."""
    first, last = members[0][0], members[-1][1]
    kinds = [reader.by_first[start].name.kind if start in reader.by_first else None for start, _ in members]
    if all(kind is NameKind.COUNTRY for kind in kinds):
        return False
    if reader.near_line(last, last + CHAIN_REACH) or reader.near_line(first - CHAIN_REACH, first):
        return True
    before = reader.tokens[first - 1].word if first else ""
    return any(kind in KNOWN for kind in kinds) or (not spaced and before in reader.places.chain_prepositions)


def _add_after_prepositions(reader: _Reader) -> None:
    """Names after "in", "at" and "near", and after "to" or "between" where something runs there."""
    tokens, lexicon = reader.tokens, reader.lexicon
    for position in range(len(tokens) - 1):
        word, first = tokens[position].word, position + 1
        while first + 1 < len(tokens) and tokens[first].raw in reader.places.directions:
            first += 1
        if first in reader.taken or tokens[position].is_mark:
            continue
        titled = position > 1 and tokens[position - 1].raw[0].isupper() and position - 1 not in reader.taken
        plain = word in lexicon.words["unknown_place_prepositions"] and not titled
        line = word in reader.places.line_prepositions and reader.near_line(position - LINE_REACH, position)
        if not (plain or line):
            continue
        last = reader.name_end(first)
        if last is not None and reader.is_free(last):
            reader.add(first, last)


def _add_listed(reader: _Reader) -> None:
    """The unknown names of a list with a known place: "Orva, Telm and Quell"."""
    tokens = reader.tokens
    for hit in sorted(reader.names, key=lambda hit: hit.first):
        if hit.name.kind not in KNOWN:
            continue
        position = hit.last
        for _ in range(LONGEST_LIST):
            if position + 1 >= len(tokens):
                break
            joint = tokens[position]
            if joint.word not in reader.lexicon.words["coordinators"] and joint.raw not in {",", "/"}:
                break
            first = position + 1
            known = reader.by_first.get(first)
            last = known.last if known else reader.name_end(first)
            if last is None or (known is None and not _may_be_listed(reader, joint, last)):
                break
            if known is None:
                reader.add(first, last)
            position = last


def _may_be_listed(reader: _Reader, joint: Token, last: int) -> bool:
    """Whether a name after "and", or after a comma with more of the list to come, ends as a place does."""
    if not reader.is_free(last):
        return False
    following = reader.tokens[last] if last < len(reader.tokens) else None
    more = following is not None and following.word in reader.lexicon.words["coordinators"]
    return joint.raw != "," or more
