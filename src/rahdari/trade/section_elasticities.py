"""Trade elasticities of the sections of the Harmonized System, for sectors of which the user gives none.

From ProTEE 0.1 (Fontagne, Guimbard and Orefice 2022, Journal of International Economics 137, Etalab 2.0): elasticities
of imports to tariffs of products of six digits, revision of 2007. The table holds median and quartiles over the
products whose estimate is significant, unweighted: above the mean of about 5 that the paper gives for all products.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from rahdari.trade.concordance import section_labels

# The distance between the quartiles of a normal distribution in standard deviations.
QUARTILES = 1.349


@dataclass(frozen=True, slots=True)
class SectionElasticity:
    """The elasticity of a section (by its label), and a standard error from the spread of its products' estimates."""

    sector: str
    value: float
    se: float


def read_section_elasticities() -> tuple[SectionElasticity, ...]:
    """The medians of all sections; a spread between products, no sampling error: an assumption (strength D)."""
    text = files("rahdari.trade").joinpath("section_elasticities.csv").read_text(encoding="utf-8")
    labels = section_labels()
    return tuple(
        SectionElasticity(
            labels[row["section"]], float(row["median"]), (float(row["p75"]) - float(row["p25"])) / QUARTILES
        )
        for row in csv.DictReader(text.splitlines())
    )
