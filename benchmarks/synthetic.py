"""Invented data of the size of real ones: economies, sectors, a BACI file. Nothing here is a figure about anyone."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from rahdari.trade.markets import FloatArray
from rahdari.trade.sectors import SectorWorld, solve_sectors

PRODUCTS = 5_300


def invent_flows(size: int, *, seed: int = 1) -> FloatArray:
    """Flows (N, N) of economies of very different size that sell two thirds at home."""
    rng = np.random.default_rng(seed)
    scale = np.exp(rng.normal(0, 1.5, size))
    flows = np.outer(scale, scale) * np.exp(rng.normal(0, 1, (size, size)))
    flows[np.diag_indices(size)] = 0.0
    flows[np.diag_indices(size)] = 2.0 * np.maximum(flows.sum(axis=0), flows.sum(axis=1))
    return flows


def invent_world(size: int, sectors: int, *, seed: int = 1) -> SectorWorld:
    """Sectors with input-output links and tariffs, and final demand left in each."""
    rng = np.random.default_rng(seed)
    flows = np.stack([invent_flows(size, seed=seed + 1 + sector) for sector in range(sectors)])
    tariffs = np.where(np.eye(size, dtype=bool), 0.0, rng.uniform(0, 0.15, flows.shape))
    share = rng.uniform(0.4, 0.7, (sectors, size))
    mix = rng.random((size, sectors, sectors)) / sectors + np.eye(sectors)
    inputs = mix / mix.sum(axis=1, keepdims=True) * (1 - share.T[:, None, :])
    sales, purchases = flows.sum(axis=2), (flows * (1 + tariffs)).sum(axis=1)
    final = np.maximum(purchases - np.einsum("nkj,jn->kn", inputs, sales), 0.0)
    deficit = flows.sum(axis=(0, 1)) - flows.sum(axis=(0, 2))
    theta = rng.uniform(3, 9, sectors)
    return SectorWorld(flows, tariffs, share, inputs, final / final.sum(axis=0), deficit, theta)


def balance_world(world: SectorWorld) -> SectorWorld:
    """The world's own equilibrium without deficits as a baseline: all models of it start from the same point."""
    solved = solve_sectors(world, np.ones_like(world.flows), deficits="zero", tolerance=1e-13)
    scale = 100.0 / float((world.value_added_share * solved.flows.sum(axis=2)).sum())
    return replace(world, flows=scale * solved.flows, deficit=np.zeros_like(world.deficit))


def write_economy(folder: Path, flows: FloatArray, costs: FloatArray) -> None:
    """flows.csv and shock.csv of the `counterfactual` command, in the folder."""
    names = [f"E{index:03d}" for index in range(len(flows))]
    with (folder / "flows.csv").open("w", encoding="utf-8") as file:
        file.write("exporter,importer,value\n")
        for i, exporter in enumerate(names):
            file.writelines(f"{exporter},{importer},{flows[i, j]:.6f}\n" for j, importer in enumerate(names))
    with (folder / "shock.csv").open("w", encoding="utf-8") as file:
        file.write("exporter,importer,cost_change\n")
        file.writelines(f"{names[i]},{names[j]},{costs[i, j]}\n" for i, j in np.argwhere(costs != 1.0))


def write_baci(path: Path, *, rows: int, seed: int = 1) -> Path:
    """A file in BACI's layout with so many rows, in the order of the published ones: exporter, importer, product."""
    rng = np.random.default_rng(seed)
    text = files("rahdari.trade").joinpath("codes.csv").read_text(encoding="utf-8")
    codes = np.array([int(row["code"]) for row in csv.DictReader(text.splitlines()) if row["kind"] == "country"])
    products = np.sort(rng.choice(np.arange(10_121, 970_600), PRODUCTS, replace=False))
    pairs = np.sort(rng.choice(len(codes) ** 2, min(len(codes) ** 2, 40_000), replace=False))
    pair = np.sort(pairs[rng.integers(0, len(pairs), rows)])
    product = products[rng.integers(0, PRODUCTS, rows)]
    value, weight = np.exp(rng.normal(2, 2.5, rows)), np.exp(rng.normal(0, 2.5, rows))
    with path.open("w", encoding="utf-8") as file:
        file.write("t,i,j,k,v,q\n")
        step = 200_000
        for first in range(0, rows, step):
            here = slice(first, first + step)
            rows_here = zip(pair[here], product[here], value[here], weight[here], strict=True)
            for p, k, v, w in rows_here:
                quantity = "NA" if w < 0.05 else f"{w:.3f}"
                file.write(f"2019,{codes[p // len(codes)]},{codes[p % len(codes)]},{k:06d},{v:.3f},{quantity}\n")
    return path
