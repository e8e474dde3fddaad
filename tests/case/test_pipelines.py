"""The table of pipelines: its sections follow each other, and claims and states name them."""

from __future__ import annotations

from tests.case.conftest import Folder

HEADER = ["id", "name", "from", "to", "country", "note"]


def lay(folder: Folder, *rows: list[str]) -> None:
    folder.write("network/pipelines.csv", HEADER, [*rows])


def test_sections_that_follow_each_other_are_sound(folder: Folder) -> None:
    lay(folder, ["p1", "Gas", "norton", "northport", "NIS", ""], ["p2", "Gas", "northport", "sutton", "NIS", ""])
    assert folder.faults() == ()


def test_a_section_that_begins_elsewhere_is_a_fault(folder: Folder) -> None:
    lay(folder, ["p1", "Gas", "norton", "northport", "NIS", ""], ["p2", "Gas", "southport", "sutton", "NIS", ""])
    fault = folder.the_fault()
    assert (fault.where.file, fault.where.row, fault.where.column) == ("network/pipelines.csv", 3, "from")
    assert "ends at 'northport'" in fault.message


def test_a_claim_for_a_section_that_is_not_listed_names_the_nearest(folder: Folder) -> None:
    lay(folder, ["tunnel", "Gas", "norton", "northport", "NIS", ""])
    header, rows = folder.read("claims.csv")
    source = rows[0][header.index("source")]
    folder.add_row("claims.csv", entity="pipeline:tunel", attribute="length_km", value="9", unit="km", source=source,
                   strength="D", note="invented")  # fmt: skip
    assert "No pipeline is called 'tunel'. Did you mean tunnel?" in folder.the_fault().message


def test_a_state_for_a_section_that_is_not_listed_is_a_fault(folder: Folder) -> None:
    header, rows = folder.read("network/states.csv")
    rows[0][header.index("entity")] = "pipeline:none"
    folder.write("network/states.csv", header, rows)
    assert any("No pipeline is called 'none'" in fault.message for fault in folder.faults())
