"""Answers of the trade room's commands as plain objects in the keys and units of the public contract."""

from __future__ import annotations

from rahdari.trade.estimation import GravityEstimate


def estimate_answer(estimate: GravityEstimate) -> dict[str, object]:
    """The object of `estimate`; `covariance` in the order of `coefficients`, `dropped` in observations."""
    return {
        "coefficients": [{"name": row.name, "estimate": row.estimate, "se": row.se} for row in estimate.coefficients],
        "observations": estimate.observations,
        "dropped": estimate.dropped.total,
        "dropped_by": {
            "missing": estimate.dropped.missing,
            "singletons": estimate.dropped.singletons,
            "separation": estimate.dropped.separation,
        },
        "dropped_variables": list(estimate.dropped_variables),
        "covariance": [[float(value) for value in row] for row in estimate.covariance],
        "formula": estimate.formula,
        "vcov": estimate.vcov,
        "warnings": list(estimate.warnings),
    }
