"""A case folder -> Case, and every fault in it at once."""

from rahdari.case.reader import Case, check_case, find_case, read_case, shipped_cases

__all__ = ["Case", "check_case", "find_case", "read_case", "shipped_cases"]
