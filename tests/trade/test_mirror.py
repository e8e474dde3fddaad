"""Mirror statistics: both books side by side, reporters judged, nothing merged in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest

from rahdari.exceptions import InputFault
from rahdari.trade.importing import import_files
from rahdari.trade.mirror import LEAST_DISTANCE, TwiceTold, exporter_weight, judge_reporters
from rahdari.trade.mirror_files import MirrorFlow, MirrorReport, reconcile_mirror

HEADER = "COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,SCALE,TIME_PERIOD,OBS_VALUE\n"
NAMES = ("AAA", "BBB", "CCC", "DDD", "EEE")


def sale(exporter: str, importer: str, value: float, *, year: int = 2019) -> str:
    return f"{exporter},XG_FOB_USD,{importer},A,Millions,{year},{value!r}\n"


def purchase(importer: str, exporter: str, value: float, *, year: int = 2019, at: str = "CIF") -> str:
    return f"{importer},MG_{at}_USD,{exporter},A,Millions,{year},{value!r}\n"


def imported(tmp_path: Path, *rows: str) -> Path:
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "imts.csv").write_text(HEADER + "".join(rows))
    import_files("imts", tmp_path / "imts.csv", into=case)
    return case


def only(report: MirrorReport, exporter: str) -> MirrorFlow:
    (flow,) = [flow for flow in report.flows if flow.exporter == exporter]
    return flow


def world(tmp_path: Path) -> Path:
    """Five economies that all trade; what CCC says of its imports is always half of what its partners say."""
    rows = []
    for seller in NAMES:
        for buyer in NAMES:
            if seller != buyer:
                rows.append(sale(seller, buyer, 100.0))
                rows.append(purchase(buyer, seller, 53.0 if buyer == "CCC" else 106.0))
    return imported(tmp_path, *rows)


def test_both_books_stand_side_by_side_with_their_ratio(tmp_path: Path) -> None:
    case = imported(tmp_path, sale("PAK", "KAZ", 50.0), purchase("KAZ", "PAK", 106.0), sale("KAZ", "PAK", 7.0))
    report = reconcile_mirror(case, source="imts", pair=("PAK", "KAZ"))
    flow = only(report, "PAK")
    assert (flow.exporter_musd, flow.importer_musd, flow.importer_valuation) == (50, 106, "CIF")
    assert flow.cif_fob == pytest.approx(2.12)
    assert flow.importer_fob_musd == pytest.approx(100)
    assert flow.reconciled_musd == pytest.approx(75)
    assert flow.rule == "both, evenly: too few partners to judge"
    alone = only(report, "KAZ")
    assert (alone.importer_musd, alone.reconciled_musd, alone.exporter_weight) == (None, 7, 1)
    assert alone.rule == "exporter alone: the importer tells nothing that year"


def test_a_flow_that_only_the_importer_tells_is_brought_to_fob(tmp_path: Path) -> None:
    case = imported(tmp_path, purchase("KAZ", "PAK", 110.0), sale("PAK", "UZB", 1.0))
    flow = only(reconcile_mirror(case, source="imts", margin=0.1, pair=("KAZ", "PAK")), "PAK")
    assert flow.reconciled_musd == pytest.approx(100)
    assert flow.rule == "importer alone: the exporter tells others, not this"


def test_imports_told_at_fob_need_no_margin_and_count_once(tmp_path: Path) -> None:
    rows = (sale("PAK", "KAZ", 100.0), purchase("KAZ", "PAK", 120.0), purchase("KAZ", "PAK", 104.0, at="FOB"))
    flow = only(reconcile_mirror(imported(tmp_path, *rows), source="imts", pair=("PAK", "KAZ")), "PAK")
    assert (flow.importer_valuation, flow.importer_fob_musd) == ("FOB", 104)


def test_a_reporter_that_is_always_off_weighs_less(tmp_path: Path) -> None:
    report = reconcile_mirror(world(tmp_path), source="imts", pair=("AAA", "CCC"))
    flow = only(report, "AAA")
    assert flow.rule == "both, by reliability"
    assert flow.exporter_weight > 0.9
    assert 95 < flow.reconciled_musd < 100
    off = {entry.economy: entry.as_importer for entry in report.reporters}
    assert off["CCC"] is not None
    assert off["AAA"] is not None
    assert off["CCC"] > 10 * off["AAA"]


def test_the_table_keeps_every_flow_and_both_originals(tmp_path: Path) -> None:
    case = world(tmp_path)
    report = reconcile_mirror(case, source="imts")
    with duckdb.connect() as connection:
        (row,) = connection.execute(
            f"SELECT count(*), sum(exporter_musd), sum(importer_musd) FROM '{case / report.table}'"
        ).fetchall()
    assert row == (20, 2000, 16 * 106 + 4 * 53)
    assert sum(count for _, count in report.rules) == 20
    again = reconcile_mirror(case, source="imts")
    assert again == report


def test_products_of_comtrade_are_reconciled_at_their_level(tmp_path: Path) -> None:
    """Totals and headings stand side by side in the import; re-exports are part of exports already."""
    columns = "refYear,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,customsCode,motCode,"
    columns += "netWgt,cifvalue,fobvalue,primaryValue,freqCode"
    rows = [
        "2019,586,X,398,0,H5,TOTAL,C00,0,,,9e6,9e6,A",
        "2019,586,X,398,0,H5,100630,C00,0,,,4e6,4e6,A",
        "2019,586,RX,398,0,H5,100630,C00,0,,,1e6,1e6,A",
        "2019,398,M,586,0,H5,100630,C00,0,,5.3e6,,5.3e6,A",
        "2019,398,M,586,0,H5,10,C00,0,,6e6,,6e6,A",
    ]
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "comtrade.csv").write_text("\n".join([columns, *rows]) + "\n")
    import_files("comtrade", tmp_path / "comtrade.csv", into=case)
    (flow,) = reconcile_mirror(case, source="comtrade", level="6").flows
    assert (flow.product, flow.exporter_musd, flow.importer_musd) == ("100630", 4.0, 5.3)
    assert flow.importer_fob_musd == pytest.approx(5)
    (total,) = reconcile_mirror(case, source="comtrade").flows
    assert (total.product, total.exporter_musd, total.importer_musd) == ("TOTAL", 9.0, None)


def test_distances_are_split_between_the_two_sides() -> None:
    """Every exporter is off by 0.1 but the first, by 0.5; every importer by 0.1 but the last, by 0.3."""
    sells, buys = np.array([0.5, 0.1, 0.1, 0.1]), np.array([0.1, 0.1, 0.1, 0.3])
    exporter, importer = (side.ravel() for side in np.nonzero(~np.eye(4, dtype=bool)))
    weight = np.linspace(1.0, 2.0, len(exporter))
    told = TwiceTold(exporter, importer, weight, weight * (sells[exporter] + buys[importer]))
    found = judge_reporters(told, ("AAA", "BBB", "CCC", "DDD"))
    shift = (buys.mean() - sells.mean()) / 2
    assert [entry.as_exporter for entry in found] == pytest.approx(sells + shift)
    assert [entry.as_importer for entry in found] == pytest.approx(buys - shift)


def test_a_weight_is_the_inverse_square_and_one_half_where_nobody_knows() -> None:
    assert exporter_weight(0.1, 0.2) == pytest.approx(0.8)
    assert exporter_weight(None, 0.2) == 0.5
    assert exporter_weight(LEAST_DISTANCE, LEAST_DISTANCE) == 0.5


def test_what_cannot_be_reconciled_is_said(tmp_path: Path) -> None:
    case = imported(tmp_path, sale("PAK", "KAZ", 50.0))
    with pytest.raises(InputFault, match="Did you mean comtrade"):
        reconcile_mirror(case, source="comtrad")
    with pytest.raises(InputFault, match="run  rahdari import comtrade"):
        reconcile_mirror(case, source="comtrade")
    with pytest.raises(InputFault, match="level 6"):
        reconcile_mirror(case, source="imts", level="6")
    with pytest.raises(InputFault, match="margin"):
        reconcile_mirror(case, source="imts", margin=-0.1)
    with pytest.raises(InputFault, match="UZB"):
        reconcile_mirror(case, source="imts", pair=("PAK", "UZB"))
    shutil.rmtree(case)
