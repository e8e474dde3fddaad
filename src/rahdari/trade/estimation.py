"""Gravity estimated by PPML with high-dimensional fixed effects, and what a gravity data set must be checked for.

Santos Silva and Tenreyro (2006, REStat 88(4)) for PPML; Correia, Guimaraes and Zylkin (2019) for separation. It is done
by pyfixest, an extra: without it the command says how to install it.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rahdari.exceptions import Fault, FaultyInput, InputFault, NoAnswer, Where, nearest_names
from rahdari.trade.markets import FloatArray

INSTALL = (
    "The estimation needs pyfixest, which is an extra: install it with  .venv/bin/pip install 'rahdari[estimation]'"
)
MOST_BYTES = 4_000_000_000
MOST_ITERATIONS = 200
STEP_TOLERANCE = 1e-12
# A jump of the typical flow between years that looks like a change from thousand to million.
UNIT_JUMP = 300.0
FACTORS = ("iid", "hetero", "HC1", "HC2", "HC3")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An estimate and its standard error; dependent and regressors in the units of the file."""

    name: str
    estimate: float
    se: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """Observations left out, by reason."""

    missing: int
    singletons: int
    separation: int

    @property
    def total(self) -> int:
        """All observations left out."""
        return self.missing + self.singletons + self.separation


@dataclass(frozen=True, slots=True, eq=False)
class GravityEstimate:
    """A converged PPML estimate; `covariance` (M, M) in the order of `coefficients`."""

    formula: str
    vcov: str
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    observations: int
    dropped: Dropped
    dropped_variables: tuple[str, ...]
    deviance: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Formula:
    """What a formula names."""

    text: str
    dependent: str
    columns: tuple[str, ...]
    effects: tuple[str, ...]


def estimate_gravity(file: Path, formula: str, *, vcov: str = "hetero") -> GravityEstimate:
    """The PPML estimate of a formula such as `trade ~ ln_dist + rta | exporter^year + importer^year`.

    The file is CSV (also .gz) or Parquet. `vcov` is iid, hetero, HC1 to HC3, or the names of one or two columns to
    cluster by, joined by `+`. InputFault for what is wrong with file or formula, NoAnswer where PPML does not converge.
    """
    pyfixest = _load_pyfixest()
    asked = _read_formula(formula)
    clusters = () if vcov in FACTORS else tuple(name.strip() for name in vcov.split("+"))
    data = _read_data(Path(file))
    faults, notes = _check_data(data, asked, clusters=clusters, file=Path(file).name)
    if faults:
        raise FaultyInput(faults)
    used = [*dict.fromkeys((asked.dependent, *asked.columns, *clusters))]
    whole = data.dropna(subset=used)
    missing = len(data) - len(whole)
    kind: str | dict[str, str] = {"CRV1": vcov.replace(" ", "")} if clusters else vcov
    fitted = _fit(pyfixest, whole, asked, kind)
    names = tuple(str(name) for name in fitted._coefnames)  # noqa: SLF001 - no public name for the order of the covariance
    covariance = np.asarray(fitted._vcov, dtype=np.float64)  # noqa: SLF001
    estimates = fitted.coef()
    separated = int(fitted.n_separation_na or 0)
    kept = int(fitted._N)  # noqa: SLF001
    return GravityEstimate(
        formula=asked.text,
        vcov=vcov,
        coefficients=tuple(
            Coefficient(name, float(estimates[name]), float(np.sqrt(covariance[index, index])))
            for index, name in enumerate(names)
        ),
        covariance=covariance,
        observations=kept,
        dropped=Dropped(missing=missing, singletons=max(len(whole) - separated - kept, 0), separation=separated),
        dropped_variables=tuple(str(name) for name in (fitted._collin_vars or ())),  # noqa: SLF001
        deviance=float(np.asarray(fitted.deviance).sum()),
        warnings=(*notes, *_notes_on_fit(fitted, missing=missing, separated=separated)),
    )


def draw_coefficients(estimate: GravityEstimate, *, draws: int, rng: np.random.Generator) -> FloatArray:
    """Draws (draws, M) of the coefficients from the normal distribution with the estimate's covariance."""
    means = np.array([coefficient.estimate for coefficient in estimate.coefficients])
    # The eigenvalues of a clustered covariance can be a hair below 0.
    values, vectors = np.linalg.eigh((estimate.covariance + estimate.covariance.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn: FloatArray = means + rng.standard_normal((draws, len(means))) @ root.T
    return drawn


def tabulate_estimate(estimate: GravityEstimate) -> str:
    """A plain table: coefficients, standard errors, observations and what was left out."""
    width = max(len(row.name) for row in estimate.coefficients)
    lines = [f"{'':{width}}  {'estimate':>12}  {'std. error':>12}"]
    lines += [f"{row.name:{width}}  {row.estimate:12.6f}  {row.se:12.6f}" for row in estimate.coefficients]
    left = estimate.dropped
    lines += [
        "",
        f"PPML, {estimate.formula}; standard errors: {estimate.vcov}",
        f"Observations: {estimate.observations:,}; left out: {left.total:,}",
        f"({left.missing:,} with missing values, {left.singletons:,} singletons, {left.separation:,} separated)",
    ]
    return "\n".join(lines)


def tabulate_latex(estimate: GravityEstimate) -> str:
    """The same as a LaTeX table, standard errors in parentheses."""
    rows = [f"{_latex(row.name)} & {row.estimate:.4f} \\\\\n & ({row.se:.4f}) \\\\" for row in estimate.coefficients]
    return "\n".join(
        [
            "\\begin{tabular}{lc}",
            "\\hline",
            f" & {_latex(_dependent(estimate.formula))} \\\\",
            "\\hline",
            *rows,
            "\\hline",
            f"Observations & {estimate.observations} \\\\",
            "\\hline",
            f"\\multicolumn{{2}}{{l}}{{PPML; standard errors ({_latex(estimate.vcov)}) in parentheses}} \\\\",
            "\\end{tabular}",
        ]
    )


def _latex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text).replace("^", "\\^{}").replace("~", "\\~{}")


def _dependent(formula: str) -> str:
    return formula.split("~", 1)[0].strip()


def _load_pyfixest() -> Any:
    try:
        import pyfixest  # noqa: PLC0415 - heavy, and an extra
    except ImportError:
        raise InputFault(INSTALL, kind="missing-extra") from None
    return pyfixest


def _read_formula(text: str) -> _Formula:
    """What the formula names, or an InputFault that shows how one is written."""
    example = "write it like  trade ~ ln_dist + rta | exporter^year + importer^year"
    sides = text.split("~")
    if len(sides) != 2 or not sides[0].strip() or not sides[1].strip():
        raise InputFault(f"The formula {text!r} has no dependent and explanatory side: {example}.", kind="formula")
    explained, *rest = sides[1].split("|")
    if len(rest) > 1:
        raise InputFault(f"The formula {text!r} has more than one |: {example}.", kind="formula")
    dependent = sides[0].strip()
    if not re.fullmatch(r"[A-Za-z_]\w*", dependent):
        raise InputFault(
            f"The dependent side of a PPML is one column in levels, not {dependent!r}: {example}.", kind="formula"
        )
    effects = tuple(_columns_of(rest[0])) if rest else ()
    return _Formula(text.strip(), dependent, (*_columns_of(explained), *effects), effects)


def _columns_of(side: str) -> list[str]:
    """Names of columns on a side of a formula, without the functions around them."""
    names = re.findall(r"[A-Za-z_]\w*(?!\w*\s*\()", side)
    return [name for name in dict.fromkeys(names) if name not in {"C", "i", "I", "log", "exp", "np"}]


def _read_data(file: Path) -> Any:
    import pandas as pd  # noqa: PLC0415 - comes with pyfixest

    if not file.is_file():
        raise InputFault(f"There is no file {file.name!r}.", kind="no-such-file", where=Where(file.name))
    if file.stat().st_size > MOST_BYTES:
        raise InputFault("The file has more than 4 GB: keep the columns and years that the formula needs.", kind="size")
    try:
        if file.suffix == ".parquet":
            return _read_parquet(file)
        return pd.read_csv(file, low_memory=False)
    except UnicodeDecodeError:
        raise InputFault("The text is not UTF-8: save the file as CSV in UTF-8.", where=Where(file.name)) from None
    except (ValueError, OSError, EOFError) as error:
        message = f"The file cannot be read as a table ({str(error).splitlines()[0][:120]})."
        raise InputFault(message, kind="unreadable", where=Where(file.name)) from None


def _read_parquet(file: Path) -> Any:
    try:
        import duckdb  # noqa: PLC0415
    except ImportError:
        message = "Parquet needs duckdb, which is an extra: install it with  .venv/bin/pip install 'rahdari[data]'"
        raise InputFault(message, kind="missing-extra") from None
    with duckdb.connect() as connection:
        return connection.read_parquet(str(file)).df()


def _check_data(
    data: Any, asked: _Formula, *, clusters: Sequence[str], file: str
) -> tuple[list[Fault], tuple[str, ...]]:
    """Faults, and what to beware of: unknown columns, negative or empty flows, domestic flows, units."""
    faults: list[Fault] = []
    columns = [str(name) for name in data.columns]
    for name in dict.fromkeys((asked.dependent, *asked.columns, *clusters)):
        if name not in columns:
            near = nearest_names(name, columns)
            hint = f"; did you mean {', '.join(near)}?" if near else f"; it has {', '.join(columns[:12])}"
            faults.append(Fault(f"the file has no column {name!r}{hint}", Where(file, 1, name)))
    if faults:
        return faults, ()
    faults += _check_numbers(data, asked, file=file)
    if "unit" in columns and data["unit"].nunique() > 1:
        units = ", ".join(sorted(map(str, data["unit"].dropna().unique()))[:5])
        faults.append(Fault(f"the flows are in more than one unit ({units}): convert them", Where(file, None, "unit")))
    return faults, () if faults else _notes_on_data(data, asked)


def _check_numbers(data: Any, asked: _Formula, *, file: str) -> list[Fault]:
    """Faults of the dependent and of explanatory columns that are not numbers."""
    faults = []
    for name in dict.fromkeys((asked.dependent, *asked.columns)):
        if name not in asked.effects and data[name].dtype.kind not in "iufb":
            text = data.index[_not_a_number(data[name])]
            row = int(text[0]) + 2 if len(text) else None
            faults.append(Fault(f"the column {name!r} holds what is not a number", Where(file, row, name)))
    if faults:
        return faults
    flows = data[asked.dependent]
    below = data.index[flows < 0]
    if len(below):
        message = f"{len(below)} flows are negative: PPML explains flows of 0 or more"
        faults.append(Fault(message, Where(file, int(below[0]) + 2, asked.dependent)))
    if np.isinf(flows.to_numpy(dtype=np.float64)).any():
        faults.append(Fault("a flow is infinite", Where(file, None, asked.dependent)))
    if not (flows > 0).any():
        faults.append(Fault("no flow is above 0: there is nothing to explain", Where(file, None, asked.dependent)))
    return faults


def _not_a_number(column: Any) -> Any:
    import pandas as pd  # noqa: PLC0415

    return pd.to_numeric(column, errors="coerce").isna() & column.notna()


def _notes_on_data(data: Any, asked: _Formula) -> tuple[str, ...]:
    """What a reader should know about the data set before reading the estimates."""
    notes = []
    if {"exporter", "importer"} <= set(data.columns):
        home = data[data["exporter"] == data["importer"]]
        sellers = set(data["exporter"].dropna())
        if not len(home):
            notes.append(
                "There are no domestic flows: what affects all foreign sales of a country alike (its own tariffs "
                "against all, borders) cannot be told from the fixed effects (Yotov 2022)."
            )
        elif lacking := sorted(sellers - set(home["exporter"])):
            notes.append(f"Domestic flows lack for {len(lacking)} economies: {', '.join(map(str, lacking[:5]))}.")
        keys = [name for name in ("exporter", "importer", "year", "sector") if name in data.columns]
        repeated = int(data.duplicated(subset=keys).sum())
        if repeated:
            notes.append(f"{repeated} rows repeat their {', '.join(keys)}: each counts as an observation.")
    if "year" in data.columns:
        positive = data[data[asked.dependent] > 0]
        typical = positive.groupby("year")[asked.dependent].median()
        jumps = (typical / typical.shift()).dropna()
        odd = jumps[(jumps > UNIT_JUMP) | (jumps < 1 / UNIT_JUMP)]
        notes += [f"The typical flow of {year} is {factor:.3g} times that of the year before: is the unit the same?"
                  for year, factor in odd.items()]  # fmt: skip
    return tuple(notes)


def _fit(pyfixest: Any, data: Any, asked: _Formula, vcov: str | dict[str, str]) -> Any:
    """pyfixest's fit; NoAnswer where it does not converge, InputFault where the formula cannot be estimated."""
    try:
        with warnings.catch_warnings():
            # Its notes on singletons, separation and collinearity come back as counts.
            warnings.simplefilter("ignore")
            fitted = pyfixest.fepois(asked.text, data, vcov=vcov, iwls_tol=STEP_TOLERANCE, iwls_maxiter=MOST_ITERATIONS)
    except Exception as error:  # its errors have no common base short of Exception
        name = type(error).__name__
        if "Convergence" in name:
            raise NoAnswer(f"PPML did not converge: {error}", kind="not-converged") from error
        raise InputFault(f"The formula cannot be estimated ({name}: {str(error)[:300]}).", kind="formula") from error
    if not fitted.convergence:
        raise NoAnswer(f"PPML did not converge in {MOST_ITERATIONS} iterations.", kind="not-converged")
    return fitted


def _notes_on_fit(fitted: Any, *, missing: int, separated: int) -> list[str]:
    notes = []
    if missing:
        notes.append(f"{missing} rows have a missing value and were left out: missing is not zero.")
    if separated:
        notes.append(f"{separated} rows are separated (their fixed effects see no trade) and were left out.")
    if collinear := [str(name) for name in (fitted._collin_vars or ())]:  # noqa: SLF001
        notes.append(f"Left out, because the rest explains them: {', '.join(collinear)}.")
    return notes
