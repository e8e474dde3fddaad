"""Frozen values as strict-JSON-ready plain Python, and the contract's `appraise` object."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import PurePath

import numpy as np

from rahdari.appraisal.replay import find_versions
from rahdari.appraisal.result import Appraisal, BookAnswer
from rahdari.case import Case
from rahdari.exceptions import RahdariError
from rahdari.report.verdict import say_verdict
from rahdari.report.words import DEFAULT_LANGUAGE, find_words


def to_plain(value: object) -> object:
    """Dictionaries, lists, texts, finite numbers, truth values and None, keys in their order; dates as YYYY-MM-DD.

    NaN, infinity, paths and anything unknown raise, naming where they stand.
    """
    return _plain(value, where="")


def _plain(value: object, *, where: str) -> object:
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, np.generic):
        return _plain(value.item(), where=where)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RahdariError(
                f"The answer holds {value} at {where or 'its root'}: it cannot be written.", kind="number"
            )
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key, where=where): _plain(one, where=f"{where}.{key}") for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one, where=f"{where}[{index}]") for index, one in enumerate(value)]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), where=where)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name), where=f"{where}.{one.name}") for one in fields(value)}
    kind = "a path" if isinstance(value, PurePath) else f"a {type(value).__name__}"
    raise RahdariError(f"The answer holds {kind} at {where or 'its root'}: it cannot be written as JSON.", kind="json")


def _key(key: object, *, where: str) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, date):
        return key.isoformat()
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    raise RahdariError(f"The answer holds a key of kind {type(key).__name__} at {where or 'its root'}.", kind="json")


def appraisal_answer(case: Case, appraisal: Appraisal) -> dict[str, object]:
    """The contract's object for `appraise`: its keys first, in its order, then what it adds."""
    named: dict[str, object] = {
        "case": appraisal.case,
        "title": appraisal.title,
        "as_of": appraisal.as_of,
        "target": appraisal.target,
        "deadlines": appraisal.deadlines,
        "verdict": say_verdict(case, appraisal, say=find_words(DEFAULT_LANGUAGE, case=case)),
        "books": {name: _book_answer(book) for name, book in appraisal.books.items()},
        "measures": appraisal.measures,
        "total_effect_musd": appraisal.total_effect_musd,
        "attribution_draws": appraisal.attribution_draws,
        "attribution_year": appraisal.attribution_year,
        "required": appraisal.required,
        "attribution_orders": appraisal.attribution_orders,
        "contributions": appraisal.contributions,
        "waterfalls": appraisal.waterfalls,
        "portfolio": appraisal.portfolio,
        "frontiers": appraisal.frontiers,
        "target_setting": appraisal.target_setting,
        "sensitivity": appraisal.sensitivity,
        "latest_starts": appraisal.latest_starts,
        "returns": appraisal.returns,
        "no_regret": appraisal.no_regret,
        "reach": appraisal.reach,
        "derivatives": appraisal.derivatives,
        "routes": appraisal.routes,
        "indicators": appraisal.indicators,
        "emissions": appraisal.emissions,
        "elasticity": appraisal.elasticity,
        "equilibrium": appraisal.equilibrium,
        "welfare": appraisal.welfare,
        "not_modelled": appraisal.not_modelled,
        "assumptions": appraisal.assumptions,
        "seed": appraisal.seed,
        "draws": appraisal.draws,
        "precision": appraisal.precision,
        "draws_used": appraisal.draws_used,
        "feedback": appraisal.feedback,
        "case_sha256": appraisal.case_sha256,
        "versions": find_versions(),
        "warnings": appraisal.warnings,
    }
    return {key: _plain(value, where=key) for key, value in named.items()}


def _book_answer(book: BookAnswer) -> dict[str, object]:
    return {one.name: getattr(book, one.name) for one in fields(book)}
