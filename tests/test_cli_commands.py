"""The commands check, read, routes and counterfactual, as a person and as a program run them."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from rahdari import cli

NOTE = "Kenya and Turkey agreed to raise trade from $1 billion to $2 billion by 2030.\n"


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = cli.ANSWERED) -> str:
    assert cli.main(list(words)) == code
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
    return shown.out


@pytest.mark.parametrize("name", sorted(cli.rahdari.commands))
def test_a_commands_help_teaches_it_by_two_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(capsys, name, "--help")

    assert shown.count(f"  rahdari {name}") >= 2, f"{name} needs two examples: @command(examples=(...))"


@pytest.mark.parametrize("name", sorted(cli.rahdari.commands))
def test_every_option_and_argument_of_a_command_has_its_words(name: str) -> None:
    command = cli.rahdari.commands[name]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name} has no help"
        else:
            # click has no help for arguments: the docstring says what each one is.
            shown = parameter.make_metavar(click.Context(command)).strip("[].")
            assert shown in (command.help or ""), f"the docstring of {name} does not say what {shown} is"


def test_routes_tell_the_recommended_way_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(run(capsys, "routes", "Norton", "Sutton", "--case", "two_islands", "--date", "2025-06-01").split())

    assert out.startswith("Recommended for machines from Norton to Sutton on 1 June 2025: via East Bridge, by road.")
    assert "kg of CO2e per tonne" in out
    assert "It takes 16 hours, costs" in out  # without "on average": the islands know no spread
    assert "costs 24 USD per tonne" in out
    assert "a tonne that arrives costs 40 USD" in out


def test_routes_tell_what_is_shut_with_day_reason_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(run(capsys, "routes", "Norton", "Sutton", "--case", "two_islands").split())

    assert "shut since 1 January 2026: A quarrel over the tolls" in out
    assert "Last verified 30 March 2026 (Rahdari, two-islands-invention)" in out


def test_routes_tell_what_may_be_charged_besides_item_by_item(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("routes", "Karachi", "Kabul", "--date", "2024-07-15", "--commodity", "machinery", "--modes", "road")
    charges = {item["id"]: item for item in json.loads(run(capsys, *words, "--json"))["routes"][0]["charges"]}
    fee, storage = charges["pak-processing-fee"], charges["karachi-storage"]
    assert (fee["per"], fee["low"], fee["high"], storage["low"], storage["free_days"]) == ("value", 10, 10, None, 5)
    per_tonne = f"10 percent of the value ({fee['usd_per_t']['low']:.0f} USD/t)"
    said = " ".join(run(capsys, *words).split())
    assert f"Processing fee of Pakistan on goods in transit to Afghanistan, {per_tonne}" in said
    assert "Storage at the port of Karachi, 5 days free:" in said
    home = json.loads(run(capsys, "routes", "Kabul", "Karachi", *words[3:], "--json"))["routes"][0]["charges"]
    assert [(item["id"], item["low"]) for item in home] == [
        ("afg-papers-export", 344.44),
        ("pak-papers-import", 130.0),
    ]


def test_routes_without_a_way_exit_0_and_say_what_to_open(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("routes", "Norton", "Sutton", "--case", "two_islands", "--modes", "road")

    assert "No way is open" in run(capsys, *words)
    answer = json.loads(run(capsys, *words, "--json"))
    assert (answer["routes"], answer["blocked_by"]) == ([], ["East Bridge and West Bridge"])


@pytest.mark.parametrize(
    ("words", "kind", "suggestion"),
    [
        (("Karashi", "Almaty"), "unknown-place", "Karachi"),
        (("Karachi", "Karachi"), "same-place", None),
        (("Karachi", "Almaty", "--close", "Torkam"), "unknown-name", "Torkham"),
        (("Karachi", "Almaty", "--measure", "reopen-afgan-crossings"), "unknown-measure", "reopen-afghan-crossings"),
        (("Karachi", "Almaty", "--commodity", "ryce"), "unknown-commodity", "rice"),
        (("Karachi", "Almaty", "--modes", "road,rial"), "unknown-mode", "rail"),
        (("Karachi", "Almaty", "--under", "tir-carnets"), "unknown-document", "tir-carnet"),
        (("Karachi", "Almaty", "--date", "2026-02-30"), "usage", None),
        (("Karachi", "Almaty", "--date", "20260301"), "usage", None),
        (("Karachi", "Almaty", "--date", "soon"), "usage", None),
        (("Karachi", "Almaty", "--case", "pakistan"), "unknown-case", "pakistan_kazakhstan"),
    ],
)
def test_a_mistake_in_a_question_is_one_message_with_the_nearest_name(
    words: tuple[str, ...], kind: str, suggestion: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    error = json.loads(run(capsys, "routes", *words, "--json", code=cli.USER_CAN_MEND))["error"]

    assert error["kind"] == kind
    assert (error["suggestions"] or [None])[0] == suggestion


def test_a_train_of_ones_own_is_told_and_waits_for_no_departure(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("routes", "Islamabad", "Zahedan", "--date", "2024-07-15", "--modes", "rail")
    plain, whole = (json.loads(run(capsys, *words, *more, "--json")) for more in ((), ("--whole-train",)))
    assert (plain["whole_train"], whole["whole_train"]) == (False, True)
    departures = [
        [stop["at"] for stop in answer["routes"][0]["stops"] if "waiting for a departure" in stop["at"]]
        for answer in (plain, whole)
    ]
    assert [len(stops) for stops in departures] == [1, 0]
    assert "on 15 July 2024 in a train of its own:" in " ".join(run(capsys, *words, "--whole-train").split())


def test_cargo_off_a_ship_is_told_and_stays_in_the_port(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("routes", "Northport", "Norton", "--case", "two_islands", "--date", "2025-06-01", "--modes", "road")
    made, landed = (json.loads(run(capsys, *words, *more, "--json")) for more in ((), ("--from-ship",)))
    assert [(answer["from_ship"], answer["to_ship"]) for answer in (made, landed)] == [(False, False), (True, False)]
    kinds = [[stop["kind"] for stop in answer["routes"][0]["stops"]].count("port") for answer in (made, landed)]
    assert kinds == [0, 1]
    assert "off a ship at Northport:" in " ".join(run(capsys, *words, "--from-ship").split())


def test_routes_under_a_document_tell_it_and_take_less_time(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("routes", "Peshawar", "Jalalabad", "--date", "2024-07-15", "--modes", "road")

    plain, under = (json.loads(run(capsys, *words, *more, "--json")) for more in ((), ("--under", "tir-carnet")))
    assert (plain["under"], under["under"]) == (None, "tir-carnet")
    assert under["routes"][0]["time_h"]["mean"] < plain["routes"][0]["time_h"]["mean"]
    assert "on 15 July 2024 under the TIR carnet with a sealed, approved vehicle:" in " ".join(
        run(capsys, *words, "--under", "tir-carnet").split()
    )


def test_a_warning_goes_to_standard_error_and_into_the_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["routes", "Norton", "Sutton", "--case", "two_islands", "--date", "2030-01-01", "--json"]) == 0
    shown = capsys.readouterr()

    assert json.loads(shown.out)["warnings"] == [shown.err.removeprefix("Note: ").rstrip("\n")]


def test_read_gives_the_document_and_exact_quotes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(NOTE.encode().replace(b"\n", b"\r\n"))
    answer = json.loads(run(capsys, "read", str(path), "--case", "two_islands", "--date", "2026-03-01", "--json"))

    document = answer["document"]
    assert document["text"] == NOTE
    assert document["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document["date"] == "2026-03-01"
    (commitment,) = answer["commitments"]
    assert document["text"][commitment["start"] : commitment["end"]] == commitment["quote"]
    assert (commitment["value"], commitment["baseline"], commitment["unit"]) == (2e9, 1e9, "USD")


def test_read_shows_a_person_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    out = run(capsys, "read", str(tmp_path / "note.txt"))

    assert "1 commitment." in out
    assert "2,000,000,000 USD" in out


def test_read_obeys_no_control_characters_of_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_text(NOTE.replace("agreed", "agreed\x1b[2J"), encoding="utf-8")

    assert "\x1b" not in run(capsys, "read", str(tmp_path / "note.txt"))


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.7"])
def test_a_file_that_is_no_text_is_one_message(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_bytes(data)
    error = json.loads(run(capsys, "read", str(tmp_path / "note.txt"), "--json", code=cli.USER_CAN_MEND))["error"]

    assert error["where"]["file"] == "note.txt"


def test_counterfactual_shows_percent_and_gives_ratios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "flows.csv").write_text("exporter,importer,value\nA,A,9\nA,B,1\nB,A,1\nB,B,9\n", encoding="utf-8")
    (tmp_path / "shock.csv").write_text("exporter,importer,cost_change\nA,B,0.8\n", encoding="utf-8")
    words = ("counterfactual", "--economy", str(tmp_path), "--shock", str(tmp_path / "shock.csv"))

    assert "in percent of the baseline" in run(capsys, *words)
    answer = json.loads(run(capsys, *words, "--json"))
    assert answer["converged"] is True
    assert all(economy["welfare"] > 1 for economy in answer["economies"])


@pytest.mark.parametrize("deficits", ["additive", "multiplicative"])
def test_the_published_welfare_changes_hold(deficits: str, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "validation" / "eu_enlargement"
    with (folder / "published_welfare.csv").open(encoding="utf-8", newline="") as file:
        published = {row["economy"]: float(row[f"welfare_{deficits}"]) for row in csv.DictReader(file)}
    words = ["counterfactual", "--economy", str(folder), "--shock", str(folder / "shock.csv"), "--deficits", deficits]
    answer = json.loads(run(capsys, *words, "--json"))

    assert len(published) == 44
    assert {row["id"]: row["welfare"] for row in answer["economies"]} == pytest.approx(published, abs=1e-6)


def test_the_same_question_gives_the_same_bytes_in_another_process() -> None:
    program = [sys.executable, "-c", "import sys; from rahdari.cli import main; sys.exit(main())"]
    words = ["routes", "Almaty", "Karachi", "--measure", "reopen-afghan-crossings", "--json"]
    runs = [
        subprocess.run([*program, *words], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    ]

    assert runs[0].stdout == runs[1].stdout
    assert str(Path.home()).encode() not in runs[0].stdout
