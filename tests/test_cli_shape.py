from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest

from rahdari import __version__, cli
from rahdari.exceptions import Fault, FaultyInput, InputFault, NoAnswer, Where

FAULTY = FaultyInput([Fault("no such unit", Where("claims.csv", 3, "unit")), Fault("empty", Where("nodes.csv", 9))])


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command `weigh-cargo` for the test alone, which fails in the way that its argument says."""

    def weigh_cargo(how: str, *, tonnes: float, as_json: bool) -> int:
        """Weigh."""
        errors: dict[str, Exception | type[BaseException]] = {
            "fault": InputFault("A port lies inland.", kind="place", where=Where("nodes.csv", 4, "kind")),
            "faults": FAULTY,
            "no-answer": NoAnswer("Did not converge.", kind="convergence"),
            "bug": KeyError("secret"),
            "ctrl-c": KeyboardInterrupt,
            "missing-file": FileNotFoundError(2, "No such file or directory", "flows.csv"),
        }
        if how in errors:
            raise errors[how]
        if as_json:
            cli.write_json({"name": "Қарағанды", "tonnes": float("nan") if how == "nan" else tonnes})
        return cli.CHECK_FAILED if how == "miss" else cli.ANSWERED

    monkeypatch.setattr(cli.rahdari, "commands", dict(cli.rahdari.commands))
    with_option = click.option("--tonnes", type=float, default=1.0)(weigh_cargo)
    cli.command()(click.argument("how")(with_option))


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_command_takes_its_name_from_its_function_and_answers_with_exit_0(sample: None) -> None:
    assert cli.main(["weigh-cargo", "well"]) == 0


def test_a_command_says_that_a_check_failed_with_exit_1(sample: None) -> None:
    assert cli.main(["weigh-cargo", "miss"]) == 1


def test_json_is_one_object_in_utf_8_and_nothing_else_on_standard_output(
    sample: None, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["weigh-cargo", "well", "--json"]) == 0
    out = capfdbinary.readouterr().out
    assert json.loads(out.decode("utf-8")) == {"name": "Қарағанды", "tonnes": 1.0}
    assert "Қарағанды".encode() in out
    assert out.endswith(b"}\n")


def test_json_never_holds_nan(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "nan", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "internal"


def test_a_fault_shows_its_place_and_message_alone(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "fault"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "nodes.csv, row 4, column kind: A port lies inland.\n"


def test_a_fault_with_json_is_the_contracts_object(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "--json", "fault"]) == 2
    shown = capsys.readouterr()
    assert shown.err == ""
    assert json.loads(shown.out) == {
        "error": {
            "kind": "place",
            "message": "A port lies inland.",
            "where": {"file": "nodes.csv", "row": 4, "column": "kind"},
            "suggestions": [],
        }
    }


def test_all_faults_of_an_input_are_shown_at_once(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "faults"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "2 faults found:",
        "  claims.csv, row 3, column unit: no such unit",
        "  nodes.csv, row 9: empty",
    ]


def test_no_answer_is_exit_3(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "no-answer"]) == 3
    assert capsys.readouterr().err == "Did not converge.\n"


def test_a_missing_file_is_a_fault_that_names_it(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "missing-file", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["where"] == {"file": "flows.csv", "row": None, "column": None}
    assert error["message"] == "No such file or directory."


def test_a_bug_is_one_message_and_its_traceback_goes_to_the_crash_log(
    sample: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.main(["weigh-cargo", "bug"]) == 3
    shown = capsys.readouterr()
    assert "Internal error (KeyError)" in shown.err
    assert "Please report it." in shown.err
    assert str(tmp_path / cli.CRASH_LOG) in shown.err
    assert "Traceback (most" not in shown.err + shown.out
    assert "KeyError: 'secret'" in (tmp_path / cli.CRASH_LOG).read_text(encoding="utf-8")


def test_a_bug_with_json_names_no_machine_path(
    sample: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.main(["weigh-cargo", "bug", "--json"]) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "internal"
    assert str(tmp_path) not in error["message"]


def test_the_crash_log_follows_no_link(sample: None, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept", encoding="utf-8")
    (tmp_path / cli.CRASH_LOG).symlink_to(precious)

    assert cli.main(["weigh-cargo", "bug"]) == 3
    assert precious.read_text(encoding="utf-8") == "kept"
    assert "could not be written" in capsys.readouterr().err


def test_ctrl_c_ends_with_one_word(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "ctrl-c"]) == cli.INTERRUPTED
    assert capsys.readouterr().err.split() == ["Interrupted."]


def test_a_mistyped_command_gets_the_nearest_names(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["wiegh-cargo", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["suggestions"]) == ("unknown-command", ["weigh-cargo"])


def test_a_mistyped_option_gets_the_nearest_names(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "well", "--tones", "3", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "unknown-option"
    assert error["suggestions"][0] == "--tonnes"
    assert "rahdari weigh-cargo --help" in error["message"]


@pytest.mark.parametrize("words", [["weigh-cargo"], ["weigh-cargo", "well", "--tonnes", "many"]])
def test_wrong_use_is_exit_2_in_the_same_shape(
    sample: None, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert cli.main([*words, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["where"], error["suggestions"]) == ("usage", None, [])

    assert cli.main(words) == 2
    assert capsys.readouterr().err == error["message"] + "\n"


def test_json_after_two_dashes_is_an_argument_and_no_option(sample: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["weigh-cargo", "--", "fault", "--json"]) == 2
    assert capsys.readouterr().out == ""


def test_no_words_at_all_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    assert "Usage: rahdari" in capsys.readouterr().out


def test_every_command_has_json_and_help_of_its_own() -> None:
    for name, command in cli.rahdari.commands.items():
        assert "as_json" in [parameter.name for parameter in command.params], name
        assert command.help, name


def rahdari(*words: str, shell: str = 'exec "$0" "$@"') -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "import sys; from rahdari.cli import main; sys.exit(main())", *words]
    return subprocess.run(
        ["bash", "-c", shell, *program], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def test_the_version_is_the_packages() -> None:
    done = rahdari("--version")

    assert (done.returncode, done.stdout) == (0, f"rahdari {__version__}\n")


def test_a_reader_that_stops_early_leaves_no_noise() -> None:
    done = rahdari("--help", shell='"$0" "$@" | true; exit "${PIPESTATUS[0]}"')

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which only Linux has")
@pytest.mark.parametrize("words", [["--help"], ["no-such-command", "--json"]])
def test_a_full_disk_is_a_message_and_no_traceback(words: list[str]) -> None:
    done = rahdari(*words, shell='exec "$0" "$@" >/dev/full')

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_closed_standard_output_is_a_message_and_no_traceback() -> None:
    done = rahdari("no-such-command", "--json", shell='exec "$0" "$@" >&-')

    assert done.returncode == 2
    assert done.stderr.startswith("Unknown command: 'no-such-command'. Known: appraise, check, ")
    assert "Traceback" not in done.stderr


def test_the_command_line_starts_without_the_heavy_packages() -> None:
    probe = "import sys, rahdari.cli; print([m for m in ('numpy', 'scipy', 'rich', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
