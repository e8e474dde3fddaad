"""Validation: published figures beside what the model gives for them, with pass or miss."""

from rahdari.validation.marked import reading_record, tabulate_reading
from rahdari.validation.verdicts import (
    GROUPS,
    Validation,
    Verdict,
    as_record,
    judge_case,
    summarise_counts,
    tabulate_group,
)

__all__ = [
    "GROUPS",
    "Validation",
    "Verdict",
    "as_record",
    "judge_case",
    "reading_record",
    "summarise_counts",
    "tabulate_group",
    "tabulate_reading",
]
