"""What the measures' values come to by commitment, working group and party, and the way from baseline to target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rahdari.appraisal.forecast import BookPaths
from rahdari.appraisal.game import Game
from rahdari.appraisal.world import World

NOBODY = ""  # the id of what rests on no commitment, or on none that a group follows


@dataclass(frozen=True, slots=True)
class Share:
    """What rests on a commitment, group or party, USD million in the attribution year, and by which measures.

    The id is empty for what rests on none.
    """

    id: str
    title: str
    effect_musd: float
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookContributions:
    """Shapley values of a book's reporting year that ends on `end`, summed three ways, largest first.

    A measure's value is split equally over the commitments that it delivers, a commitment's over the working groups
    that follow it and over the parties that made it. Each list sums to the total effect.
    """

    book: str
    end: date
    by_commitment: tuple[Share, ...]
    by_working_group: tuple[Share, ...]
    by_party: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """One step from the baseline to the target in USD million.

    Kinds: `level` (a height: baseline, expected, target) and `change` (what is added to the step before: what happens
    without measures, each measure's Shapley value, and the gap that is left).
    """

    id: str
    title: str
    kind: str
    value_musd: float


@dataclass(frozen=True, slots=True)
class BookWaterfall:
    """From a book's baseline to the target in the reporting year that ends on `end`: means over the draws."""

    book: str
    end: date
    steps: tuple[WaterfallStep, ...]


def sum_contributions(world: World, game: Game) -> tuple[BookContributions, ...]:
    """For each book the measures' Shapley values by commitment, by working group and by party."""
    case = world.case
    resting = {measure.id: measure.commitments for measure in world.measures}
    titles = {one.id: one.title for one in case.register.commitments}
    parties = {one.id: one.parties for one in case.register.commitments}
    groups = {
        one.id: tuple(group.id for group in case.register.working_groups if one.id in group.commitments)
        for one in case.register.commitments
    }
    names = {group.id: group.name for group in case.register.working_groups}
    people = case.country_names()
    ways = (
        ({name: _equal(resting[name]) for name in game.players}, titles, "No commitment"),
        ({name: _spread(resting[name], groups) for name in game.players}, names, "No working group"),
        ({name: _spread(resting[name], parties) for name in game.players}, people, "No party"),
    )
    found = []
    for book, attribution in game.attributions.items():
        values = dict(zip(game.players, attribution.shapley.tolist(), strict=True))
        summed = [_shares(split_values(values, owners), known, nobody=nobody) for owners, known, nobody in ways]
        found.append(BookContributions(book, game.periods[book].end, *summed))
    return tuple(found)


def split_values(values: Mapping[str, float], owners: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Each measure's value over its owners by their weights: by owner and measure.

    What has no owner stands under the empty name, so that nothing is lost.
    """
    split: dict[str, dict[str, float]] = {}
    for name, value in values.items():
        for owner, weight in (owners[name] or {NOBODY: 1.0}).items():
            split.setdefault(owner, {})[name] = weight * value
    return split


def _equal(names: Sequence[str]) -> dict[str, float]:
    return {name: 1 / len(names) for name in names}


def _spread(commitments: Sequence[str], owners: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Equal parts of a measure's commitments, and of each commitment's owners."""
    weights: dict[str, float] = {}
    for commitment in commitments:
        listed = owners[commitment] or (NOBODY,)
        for owner in listed:
            weights[owner] = weights.get(owner, 0.0) + 1 / len(commitments) / len(listed)
    return weights


def _shares(split: Mapping[str, Mapping[str, float]], titles: Mapping[str, str], *, nobody: str) -> tuple[Share, ...]:
    shares = [
        Share(owner, titles.get(owner, owner) if owner else nobody, sum(parts.values()), tuple(parts))
        for owner, parts in split.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.effect_musd, share.id)))


def draw_waterfalls(
    world: World, game: Game, *, without: Mapping[str, BookPaths], target_musd: float
) -> tuple[BookWaterfall, ...]:
    """For each book the steps from its baseline by growth and measures to what is expected, and the gap left.

    What happens without measures is the mean over all draws, what they add that over the attribution's.
    """
    titles = {measure.id: measure.title for measure in world.measures}
    found = []
    for book, attribution in game.attributions.items():
        baseline = world.baselines[book].value_musd
        idle = float(without[book].total[:, without[book].periods.index(game.periods[book])].mean())
        expected = idle + attribution.total
        steps = [
            WaterfallStep("baseline", "Latest reporting year", "level", baseline),
            WaterfallStep("without-measures", "Growth, closures and chance without measures", "change",
                          idle - baseline),
            *(
                WaterfallStep(name, titles[name], "change", value)
                for name, value in sorted(
                    zip(game.players, attribution.shapley.tolist(), strict=True), key=lambda pair: -pair[1]
                )
            ),
            WaterfallStep("expected", "Expected with all measures", "level", expected),
            WaterfallStep("gap", "Gap to the target", "change", target_musd - expected),
            WaterfallStep("target", "Target", "level", target_musd),
        ]  # fmt: skip
        found.append(BookWaterfall(book, game.periods[book].end, tuple(steps)))
    return tuple(found)
