"""The page on what the appraisal says about measures, against the answer itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from rahdari.appraisal.appraise import Options, appraise
from rahdari.report.plain import appraisal_answer
from tests.islands import islands

PAGE = Path(__file__).parents[2] / "docs" / "appraisal.md"


def test_every_key_that_the_page_tells_of_is_in_the_answer() -> None:
    case = islands()
    answer = appraisal_answer(case, appraise(case, Options(draws=4)))
    measure = cast(list[dict[str, object]], answer["measures"])[0]
    told = [row.split("|")[1] for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
    keys = [key for cell in told for key in re.findall(r"`([^`]+)`", cell)]
    assert len(keys) > 12
    for key in keys:
        name = key.removeprefix("measures[].")
        assert name in measure or name in answer, key
