"""The file of bilateral histories behind the outside view -> `PairHistory`, or the fault that prevents it (I/O)."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from rahdari.case.settings import Settings
from rahdari.exceptions import Fault, Where
from rahdari.trade.pairs import PairHistory

MAX_PAIRS_BYTES = 256_000_000  # unpacked: 300 economies over 100 years in single precision are 36 MB
_ARRAYS = ("iso3", "years", "exports_musd")


def read_pairs(folder: Path, settings: Settings | None) -> tuple[PairHistory | None, list[Fault]]:
    """The pair histories that the settings name, or None with the faults of the file."""
    if settings is None or not settings.pairs_file:
        return None, []
    path, where = folder / settings.pairs_file, Where(settings.pairs_file)
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        return None, [Fault("The file of pair histories is missing or lies outside the case folder.", where)]
    try:
        return _load(path, source=settings.pairs_source), []
    except ValueError as error:
        return None, [Fault(f"Not readable as pair histories ({', '.join(_ARRAYS)}): {error}.", where)]


def _load(path: Path, *, source: str) -> PairHistory:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_PAIRS_BYTES:
            raise ValueError(f"unpacked it has {unpacked / 1e6:.0f} MB, at most {MAX_PAIRS_BYTES / 1e6:.0f} are read")
        with np.load(path, allow_pickle=False) as held:
            iso3, years, exports = (held[name] for name in _ARRAYS)
    except zipfile.BadZipFile:
        raise ValueError("it is no npz archive, or it is cut off") from None
    except KeyError:
        raise ValueError("an array is missing") from None
    except (OSError, EOFError, MemoryError, TypeError, AttributeError, zlib.error, NotImplementedError) as error:
        raise ValueError(f"it is damaged ({type(error).__name__})") from error
    if iso3.ndim != 1 or years.ndim != 1 or iso3.dtype.kind != "U" or years.dtype.kind not in "iu":
        raise ValueError("iso3 must be a list of codes and years a list of whole numbers")
    if exports.dtype.kind != "f" or exports.shape != (len(iso3), len(iso3), len(years)):
        raise ValueError("exports_musd must be exporter x importer x year, in numbers")
    if np.any(exports < 0) or np.any(np.isinf(exports)):
        raise ValueError("exports_musd must be finite and not negative")
    labels = tuple(str(code) for code in iso3)
    return PairHistory(labels, tuple(int(year) for year in years), exports.astype(np.float32), source)
