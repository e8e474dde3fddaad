"""Published results that are not shipped, where a folder with them is given: None where it does not hold them (I/O)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import cast

import numpy as np

from rahdari.documents import read_document
from rahdari.exceptions import Fault, FaultyInput, Where
from rahdari.register.commitment import Commitment
from rahdari.register.extraction import extract_commitments
from rahdari.register.scoring import read_gold, score_commitments
from rahdari.trade.counterfactual import Counterfactual, run_counterfactual
from rahdari.trade.equilibrium import DeficitRule
from rahdari.trade.tables import read_economy, read_shock
from rahdari.validation.bench import Bench, MarkedReading

ENLARGEMENT = "eu_enlargement"
THETA = 4.0  # the elasticity at which the results were published
# What is counted of a reading: fields of the matched commitments, besides those found, not marked and exact in span.
FIELDS = ("kind", "status", "value", "baseline", "deadline")
READINGS = ("found", "extra", "spans", *FIELDS)


def welfare_gap(bench: Bench, rule: str) -> float | None:
    """Largest difference of any economy's welfare ratio from the published one under a deficit rule."""
    found = _find_folder(bench)
    if found is None:
        return None
    told = _read_told(found / "published_welfare.csv", keys=("economy",), value=f"welfare_{rule}")
    ours: dict[tuple[str, ...], float] = {
        (change.id,): change.welfare for change in _solve(bench, found, rule).economies
    }
    _check_same(set(told), set(ours), file="published_welfare.csv")
    return max(abs(ours[key] - value) for key, value in told.items())


def flow_gap(bench: Bench, rule: str) -> float | None:
    """Largest relative difference of any flow from the published one under a deficit rule.

    Multiplicative flows are compared up to one common factor: the numeraire leaves world expenditure open.
    """
    found = _find_folder(bench)
    if found is None:
        return None
    told = _read_told(found / "published_flows.csv", keys=("exporter", "importer"), value=f"flow_{rule}")
    ours: dict[tuple[str, ...], float] = {
        (flow.exporter, flow.importer): flow.counterfactual for flow in _solve(bench, found, rule).flows
    }
    _check_same(set(told), set(ours), file="published_flows.csv")
    ratio = np.array([ours[key] / value for key, value in told.items() if value > 0])
    factor = float(np.median(ratio)) if rule == "multiplicative" else 1.0
    return float(np.abs(ratio / factor - 1).max())


def _find_folder(bench: Bench) -> Path | None:
    for folder in () if bench.data is None else (bench.data / "validation" / ENLARGEMENT, bench.data / ENLARGEMENT):
        if folder.is_dir():
            return folder
    return None


def _solve(bench: Bench, folder: Path, rule: str) -> Counterfactual:
    if rule not in bench.counterfactuals:
        economy = read_economy(folder)
        shock = read_shock(folder / "shock.csv", labels=economy.labels)
        bench.counterfactuals[rule] = run_counterfactual(
            economy, shock, elasticity=THETA, deficits=cast(DeficitRule, rule)
        )
    return bench.counterfactuals[rule]


def _read_told(path: Path, *, keys: tuple[str, ...], value: str) -> dict[tuple[str, ...], float]:
    told: dict[tuple[str, ...], float] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                told[tuple(row[key] for key in keys)] = float(row[value])
            except (KeyError, TypeError, ValueError):
                message = f"The row needs {', '.join(keys)} and a number in {value}."
                raise FaultyInput([Fault(message, Where(path.name, number, value))], kind="faulty-data") from None
    return told


def _check_same(told: set[tuple[str, ...]], ours: set[tuple[str, ...]], *, file: str) -> None:
    apart = sorted(told ^ ours)
    if apart or not told:
        named = ", ".join("-".join(key) for key in apart[:5]) or "no rows"
        message = f"The published results and flows.csv do not name the same economies: {named}."
        raise FaultyInput([Fault(message, Where(file))], kind="faulty-data")


def reading_count(bench: Bench, what: str) -> float | None:
    """A count of the reading of the case's article against the commitments that a person marked in it."""
    reading = _read_article(bench)
    if reading is None:
        return None
    if what == "extra":
        return float(len(reading.score.extra))
    if what in FIELDS:
        return float(sum(match.agrees[what] for match in reading.score.matches))
    return float(reading.exact if what == "spans" else len(reading.score.matches))


def _read_article(bench: Bench) -> MarkedReading | None:
    if bench.data is None:
        return None
    article, gold = bench.data / "seed" / "article.txt", bench.data / "gold" / "article.jsonl"
    if not (article.is_file() and gold.is_file()):
        return None
    if "article" not in bench.readings:
        document = read_document(article)
        found = extract_commitments(document)
        score = score_commitments(read_gold(gold, document.text), found)
        exact = sum(is_exact(match.found, document.text) for match in score.matches)
        bench.readings["article"] = MarkedReading(score, exact)
    return bench.readings["article"]


def is_exact(commitment: Commitment, text: str) -> bool:
    """True where every quote stands in the text exactly where the commitment says."""
    spans = ((commitment.quote, commitment.start, commitment.end),
             *((mention.quote, mention.start, mention.end) for mention in commitment.mentions))  # fmt: skip
    return all(text[start:end] == quote for quote, start, end in spans)
