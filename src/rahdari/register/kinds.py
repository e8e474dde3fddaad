"""Kinds: what a clause is about, by the weights of its cues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rahdari.register.lexicon import Cue, Lexicon
from rahdari.register.phrases import Hit
from rahdari.register.sentences import Sentence

# What a clause is about where nothing says more.
NO_KIND = "other"


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of the kinds that a clause has cues of, the best first."""

    ranked: tuple[tuple[str, float], ...]

    @property
    def best(self) -> str | None:
        """The kind with the highest score, None without cues."""
        return self.ranked[0][0] if self.ranked else None

    @property
    def best_score(self) -> float:
        """The highest score, 0 without cues."""
        return self.ranked[0][1] if self.ranked else 0.0

    def of(self, kind: str) -> float:
        """A kind's score."""
        return dict(self.ranked).get(kind, 0.0)


def score_kinds(
    sentence: Sentence,
    first: int,
    last: int,
    *,
    lexicon: Lexicon,
    trigger: tuple[int, int] | None,
    heading: Mapping[str, float] | None = None,
) -> Scores:
    """The scores of a token range; what stands before the trigger or on its occasion, and a heading's cues, count less.

    A cue inside a longer cue of its own kind is not counted twice; ties go to the cue that comes first, and not to
    `NO_KIND`.
    """
    totals: dict[str, float] = {}
    leads: dict[str, int] = {}
    tail = _tail(sentence, trigger[1] if trigger else first + 1, last, lexicon)
    passive = trigger is not None and _is_passive(sentence, trigger, lexicon)
    for hit in _longest(sentence.cues, first, last):
        before = trigger is not None and hit.last <= trigger[0] and not passive
        beside = hit.first >= tail or before
        weight = hit.entry.weight * (lexicon.before_trigger if beside else 1.0)
        totals[hit.entry.kind] = totals.get(hit.entry.kind, 0.0) + weight
        place = hit.first if not trigger or hit.first >= trigger[0] else hit.first + len(sentence.tokens)
        leads[hit.entry.kind] = min(place, leads.get(hit.entry.kind, place))
    for kind, score in (heading or {}).items():
        if kind in totals:
            totals[kind] += lexicon.heading * min(score, 3.0)
    ranked = sorted(
        totals.items(),
        key=lambda item: (-round(item[1], 6), item[0] == NO_KIND, leads[item[0]], lexicon.kind_order.index(item[0])),
    )
    return Scores(tuple(ranked))


def _is_passive(sentence: Sentence, trigger: tuple[int, int], lexicon: Lexicon) -> bool:
    """Whether what stands before a trigger is what it is about: "flights were discussed", "a school will be opened"."""
    first, last = trigger
    words = [token.word for token in sentence.tokens[first : last + 1]]
    return bool(words) and (
        words[0] in lexicon.words["was"] or any(word in lexicon.words["postmodifiers"] for word in words)
    )


def _tail(sentence: Sentence, start: int, last: int, lexicon: Lexicon) -> int:
    """Where the words begin that tell who said it or on what occasion ("..., the minister said after the talks")."""
    tails = lexicon.words["tails"]
    return next((place for place in range(start, last) if sentence.tokens[place].word in tails), last)


def _longest(cues: tuple[Hit[Cue], ...], first: int, last: int) -> list[Hit[Cue]]:
    kept: list[Hit[Cue]] = []
    for hit in sorted(cues, key=lambda hit: (hit.entry.weight, hit.last - hit.first), reverse=True):
        if not (first <= hit.first and hit.last <= last):
            continue
        clash = any(
            other.entry.kind == hit.entry.kind and other.first < hit.last and hit.first < other.last for other in kept
        )
        if not clash:
            kept.append(hit)
    return kept
