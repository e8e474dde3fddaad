"""Total indices against a closed form, and on the invented case."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import qmc

from rahdari.appraisal.sensitivity import GROUPS, find_sensitivity, total_indices
from rahdari.appraisal.world import World, draw_world, take_draws
from tests.islands import islands


def ishigami(inputs: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990) with a = 7 and b = 0.1, inputs uniform from -pi to pi."""
    first, second, third = inputs.T
    return np.asarray(np.sin(first) + 7 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first))


def test_total_indices_of_the_ishigami_function() -> None:
    # Closed form: V = 49/8 + 0.1 pi^4 / 5 + 0.01 pi^8 / 18 + 1/2; the totals are those of one or more inputs unknown
    part_one = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2
    part_two = 49 / 8
    part_both = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    told = np.array([part_one + part_both, part_two, part_both]) / (part_one + part_two + part_both)
    assert told == pytest.approx([0.5576, 0.4424, 0.2437], abs=1e-4)
    points = qmc.Sobol(6, scramble=True, rng=np.random.default_rng(2)).random_base2(13) * 2 * np.pi - np.pi
    first, second = points[:, :3], points[:, 3:]
    mixed = []
    for column in range(3):
        exchanged = first.copy()
        exchanged[:, column] = second[:, column]
        mixed.append(ishigami(exchanged))
    found = total_indices(ishigami(first), np.stack(mixed))
    # quasi-random points of this number give the indices to about one in two hundred
    assert found.index == pytest.approx(told, abs=0.015)
    assert (np.abs(found.index - told) < 5 * found.se).all()


def test_total_indices_of_the_g_function_of_sobol() -> None:
    # Saltelli and Sobol (1995): the product of (|4x - 2| + a) / (1 + a), whose parts have variance 1 / 3 (1 + a)^2; the
    # total of one is its variance times one plus those of the others, over the whole
    weights = np.array([0.0, 1.0, 4.5, 9.0])
    part = 1 / (3 * (1 + weights) ** 2)
    whole = np.prod(1 + part) - 1
    told = np.array([part[k] * np.prod(1 + np.delete(part, k)) for k in range(4)]) / whole

    def g(inputs: np.ndarray) -> np.ndarray:
        return np.asarray(np.prod((np.abs(4 * inputs - 2) + weights) / (1 + weights), axis=1))

    points = qmc.Sobol(8, scramble=True, rng=np.random.default_rng(3)).random_base2(13)
    first, second = points[:, :4], points[:, 4:]
    mixed = []
    for column in range(4):
        exchanged = first.copy()
        exchanged[:, column] = second[:, column]
        mixed.append(g(exchanged))
    found = total_indices(g(first), np.stack(mixed))
    assert found.index == pytest.approx(told, abs=0.015)
    assert (np.abs(found.index - told) < 5 * found.se).all()


def test_a_linear_sum_splits_by_variances() -> None:
    rng = np.random.default_rng(7)
    first, second = rng.standard_normal((2, 40_000)), rng.standard_normal((2, 40_000))
    answer = 3 * first[0] + first[1]
    mixed = np.stack([3 * second[0] + first[1], 3 * first[0] + second[1]])
    assert total_indices(answer, mixed).index == pytest.approx([0.9, 0.1], abs=0.02)


def test_where_nothing_varies_nothing_matters() -> None:
    found = total_indices(np.ones(8), np.ones((3, 8)))
    assert (found.index == 0).all()
    assert (found.se == 0).all()


@pytest.fixture(scope="module")
def world() -> World:
    case = islands()
    books = ("north-customs", "south-customs")
    return draw_world(case, measures=case.measures, books=books, draws=400, rng=np.random.default_rng(3))


def test_what_alone_is_uncertain_has_the_whole_index(world: World) -> None:
    # growth alone varies between draws, by a tenth a year; the invented case holds everything else fixed
    rng = np.random.default_rng(9)
    sure = {name: replace(one, share=one.share[:1].repeat(400, 0), starts=one.starts[:1].repeat(400))
            for name, one in world.delivered.items()}  # fmt: skip
    shocks = tuple(replace(one, uniforms=one.uniforms[:1].repeat(400, 0), scores=one.scores[:1].repeat(400, 0))
                   for one in world.shock_numbers)  # fmt: skip
    growth = world.growth + 0.1 * rng.standard_normal((400, 1))
    (north, south) = find_sensitivity(
        replace(world, growth=growth, delivered=sure, shock_numbers=shocks), rng=np.random.default_rng(1)
    )
    for book in (north, south):
        assert book.groups[0].group == "growth"
        assert book.groups[0].index == pytest.approx(1, abs=0.2)
        assert [group.index for group in book.groups[1:]] == pytest.approx([0] * (len(GROUPS) - 1), abs=1e-12)


def test_every_group_is_listed_once_the_largest_first(world: World) -> None:
    for book in find_sensitivity(world, rng=np.random.default_rng(1)):
        assert {group.group for group in book.groups} == set(GROUPS)
        values = [group.index for group in book.groups]
        assert values == sorted(values, reverse=True)


def test_too_few_draws_say_nothing(world: World) -> None:
    assert find_sensitivity(take_draws(world, np.arange(3)), rng=np.random.default_rng(1)) == ()
