from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import start


def test_an_old_python_is_told_which_one_is_needed_in_one_line() -> None:
    problem = start.find_python_problem((3, 9, 2), "linux", has_venv=True)

    assert problem is not None
    assert "3.11 or newer" in problem
    assert "this is Python 3.9" in problem
    assert "\n" not in problem


def test_a_python_without_venv_is_told_what_to_install() -> None:
    problem = start.find_python_problem((3, 11, 0), "linux", has_venv=False)

    assert problem is not None
    assert "python3-venv" in problem


def test_windows_is_told_that_it_is_not_supported() -> None:
    problem = start.find_python_problem((3, 12, 0), "win32", has_venv=True)

    assert problem is not None
    assert "Linux and macOS" in problem


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_a_python_that_is_new_enough_has_no_problem(version: tuple[int, ...]) -> None:
    assert start.find_python_problem(version, "darwin", has_venv=True) is None


def test_the_entry_of_a_package_holds_its_version_and_all_its_hashes_and_no_other_package() -> None:
    lock = (
        "a-uv==1 \\\n    --hash=sha256:aa\nuv==2 ; sys_platform == 'linux' \\\n"
        "    --hash=sha256:bb \\\n    --hash=sha256:cc\n    # via rahdari\nz==3 \\\n    --hash=sha256:dd\n"
    )

    assert start.lock_entry(lock, "uv") == (
        "uv==2 ; sys_platform == 'linux' \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    )


def test_a_lock_without_the_installer_is_a_set_up_error() -> None:
    with pytest.raises(start.SetUpError, match="does not hold uv"):
        start.lock_entry("uv-other==1 \\\n    --hash=sha256:aa\n", "uv")


def files_in(folder: Path) -> list[Path]:
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text(name, encoding="utf-8")
    return [folder / name for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock")]


def test_a_stamp_just_written_is_current(tmp_path: Path) -> None:
    wanted = start.stamp_lines(files_in(tmp_path), tmp_path, "3.11.7")
    start.write_stamp(tmp_path / "stamp", wanted)

    assert start.is_current(tmp_path / "stamp", wanted)


def test_no_stamp_is_never_current(tmp_path: Path) -> None:
    assert not start.is_current(tmp_path / "stamp", start.stamp_lines(files_in(tmp_path), tmp_path, "3.11.7"))


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements.lock", "requirements-dev.lock"])
def test_a_changed_file_makes_the_stamp_stale(tmp_path: Path, changed: str) -> None:
    files = files_in(tmp_path)
    start.write_stamp(tmp_path / "stamp", start.stamp_lines(files, tmp_path, "3.11.7"))
    (tmp_path / changed).write_text("changed", encoding="utf-8")

    assert not start.is_current(tmp_path / "stamp", start.stamp_lines(files, tmp_path, "3.11.7"))


def test_another_python_or_another_folder_makes_the_stamp_stale(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    start.write_stamp(tmp_path / "stamp", start.stamp_lines(files, tmp_path, "3.11.7"))

    assert not start.is_current(tmp_path / "stamp", start.stamp_lines(files, tmp_path, "3.12.1"))
    assert not start.is_current(tmp_path / "stamp", start.stamp_lines(files, tmp_path / "moved", "3.11.7"))


def test_a_development_set_up_serves_a_plain_run_and_not_the_other_way_round(tmp_path: Path) -> None:
    *runtime, dev = files_in(tmp_path)
    plain = start.stamp_lines(runtime, tmp_path, "3.11.7")
    full = start.stamp_lines([*runtime, dev], tmp_path, "3.11.7")

    start.write_stamp(tmp_path / "stamp", full)
    assert start.is_current(tmp_path / "stamp", plain)
    start.write_stamp(tmp_path / "stamp", plain)
    assert not start.is_current(tmp_path / "stamp", full)


def made_environment(
    environment: dict[str, str], *, home_is_writable: bool = True, system_certificates: bool = True
) -> dict[str, str]:
    return start.installer_environment(
        environment, home_is_writable=home_is_writable, system_certificates=system_certificates
    )


def test_the_users_pip_mirror_speaks_for_uv_unless_uv_has_its_own() -> None:
    mirrored = made_environment({"PIP_INDEX_URL": "pip's"})
    chosen = made_environment({"PIP_INDEX_URL": "pip's", "UV_DEFAULT_INDEX": "uv's"})

    assert mirrored["UV_DEFAULT_INDEX"] == "pip's"
    assert chosen["UV_DEFAULT_INDEX"] == "uv's"


def test_a_home_that_cannot_be_written_gets_no_cache() -> None:
    assert made_environment({}, home_is_writable=False)["UV_NO_CACHE"] == "1"
    assert "UV_NO_CACHE" not in made_environment({})


def test_uv_trusts_the_machines_certificates_where_there_are_any() -> None:
    assert made_environment({})["UV_SYSTEM_CERTS"] == "1"
    assert made_environment({"UV_SYSTEM_CERTS": "0"})["UV_SYSTEM_CERTS"] == "0"
    assert "UV_SYSTEM_CERTS" not in made_environment({}, system_certificates=False)


def test_a_failing_step_shows_the_end_of_its_output_and_raises(capsys: pytest.CaptureFixture[str]) -> None:
    words = [sys.executable, "-c", "print('the reason'); raise SystemExit(1)"]

    with pytest.raises(start.SetUpError, match="installing failed"):
        start.run_step("installing", words, dict(os.environ))
    assert "| the reason" in capsys.readouterr().err


def start_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "start.py", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_a_lock_that_cannot_be_installed_ends_with_a_message_no_stamp_and_no_traceback(
    tmp_path: Path, root: Path
) -> None:
    for name in ("start.py", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    (tmp_path / "requirements.lock").write_text("click==8 \\\n    --hash=sha256:aa\n", encoding="utf-8")

    done = start_in(tmp_path, "--version")

    assert done.returncode == start.EXIT_SET_UP_FAILED
    assert done.stdout == ""
    assert "requirements.lock does not hold uv" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv" / "rahdari-stamp").exists()


def test_a_missing_lock_ends_with_a_message_that_names_it(tmp_path: Path, root: Path) -> None:
    shutil.copy(root / "start.py", tmp_path)

    done = start_in(tmp_path, "--version")

    assert done.returncode == start.EXIT_SET_UP_FAILED
    assert "pyproject.toml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("arguments", "words"), [([], ["pytest", "-n", "auto"]), (["-x"], ["pytest", "-x"])])
def test_tests_run_on_every_core_unless_told_otherwise(arguments: list[str], words: list[str]) -> None:
    assert start.pytest_words(arguments) == words
