"""Yearly turnover of many country pairs: the record that an outside view counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import unknown_name


@dataclass(frozen=True, slots=True)
class PairHistory:
    """Trade of many economies by year: `exports_musd` is exporter x importer x year, NaN or 0 where unreported.

    Flows are kept once made up, not to be written to: the same ones are counted for every book and deadline.
    """

    iso3: tuple[str, ...]
    years: tuple[int, ...]
    exports_musd: NDArray[np.float32]
    source: str
    _flows: dict[bool, NDArray[np.float64]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def turnover_musd(self) -> NDArray[np.float64]:
        """Both directions summed, pairs x years, for each unordered pair; 0 where neither direction is reported."""
        return self.flows_musd(one_way=False)

    def row_of(self, first: str, second: str) -> int:
        """The row of a pair among the turnovers; an unknown code suggests the nearest."""
        for code in (first, second):
            if code not in self.iso3:
                raise unknown_name("economy", code, known=self.iso3)
        low, high = sorted((self.iso3.index(first), self.iso3.index(second)))
        rows = np.triu_indices(len(self.iso3), k=1)
        return int(np.flatnonzero((rows[0] == low) & (rows[1] == high))[0])

    def flows_musd(self, *, one_way: bool) -> NDArray[np.float64]:
        """Turnover of each pair, or each direction as a flow of its own: flows x years, 0 where unreported."""
        if one_way not in self._flows:
            exports = np.nan_to_num(self.exports_musd.astype(np.float64))
            upper = np.triu_indices(len(self.iso3), k=1)
            off_diagonal = ~np.eye(len(self.iso3), dtype=bool)
            made = exports[off_diagonal] if one_way else exports[upper] + exports.transpose(1, 0, 2)[upper]
            made.setflags(write=False)
            self._flows[one_way] = made
        return self._flows[one_way]
