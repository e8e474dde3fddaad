#!/usr/bin/env python3
"""Sets Rahdari up in .venv where that is not yet done, then runs it: `python3 start.py ARGS` is `rahdari ARGS`.

`start.py test [PYTEST ARGS]` runs the tests, `start.py check` alone runs format, lint, types, rooms' order and tests;
`start.py check CASE` is `rahdari check CASE`. Standard library only, and no syntax newer than Python 3.7, so that an
older Python gets a message and not a syntax error.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "rahdari-stamp"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"

OLDEST_PYTHON = (3, 11)
EXIT_SET_UP_FAILED = 2
EXIT_INTERRUPTED = 130

FORMAT = ("format", ["ruff", "format", "--check", "."])
LINT = ("lint", ["ruff", "check", "."])
TYPES = ("types", ["mypy"])
ROOMS = ("rooms' order", ["lint-imports"])


class SetUpError(Exception):
    """Why Rahdari cannot be set up, in a sentence for the user."""


def find_python_problem(version: tuple[int, ...], platform: str, has_venv: bool) -> str | None:
    """What keeps this Python from setting Rahdari up, in one line, or None."""
    if platform not in ("linux", "darwin"):
        return "Rahdari runs on Linux and macOS; on Windows use WSL."
    if tuple(version[:2]) < OLDEST_PYTHON:
        return "Rahdari needs Python {}.{} or newer; this is Python {}.{}. Run start.py with a newer one.".format(
            *OLDEST_PYTHON, *version[:2]
        )
    if not has_venv:
        return (
            "This Python lacks the venv module. Install it (Debian and Ubuntu: apt install python3-venv) "
            "and run the command again."
        )
    return None


def lock_entry(lock: str, name: str) -> str:
    """The lines of one package in a requirements lock, with its version and hashes."""
    match = re.search(rf"^{re.escape(name)}==.*(?:\n[ \t]+--hash=.*)+", lock, flags=re.MULTILINE)
    if match is None:
        raise SetUpError(f"{RUNTIME_LOCK.name} does not hold {name} with its hashes; restore the file.")
    return match.group(0) + "\n"


def stamp_lines(files: list[Path], place: Path, version: str) -> list[str]:
    """What a finished set-up is known by: the interpreter and folder first, then each file's hash."""
    interpreter = f"python {version} at {place}"
    return [interpreter, *(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)]


def stamped_files(with_dev: bool) -> list[Path]:
    """The files on which a set-up depends; the development lock is last, so a development set-up serves both."""
    files = [ROOT / "start.py", ROOT / "pyproject.toml", RUNTIME_LOCK]
    return [*files, DEV_LOCK] if with_dev else files


def is_current(stamp: Path, wanted: list[str]) -> bool:
    """Whether the stamp tells of a finished set-up that has at least what is wanted."""
    return read_stamp(stamp)[: len(wanted)] == wanted


def read_stamp(stamp: Path) -> list[str]:
    """The lines of the stamp; none where no set-up was finished."""
    try:
        return stamp.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def write_stamp(stamp: Path, lines: list[str]) -> None:
    """The stamp on disk, whole or not at all."""
    fresh = stamp.with_name(stamp.name + ".new")
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(stamp)


def say(text: str) -> None:
    """One line of progress on standard error, where that is open."""
    if sys.stderr is not None:
        print(f"start.py: {text}", file=sys.stderr, flush=True)


def run_step(what: str, words: list[str], environment: dict[str, str]) -> None:
    """Nothing, once the step is done; SetUpError with the end of its output where it fails."""
    import subprocess

    say(what)
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        output = done.stdout.decode("utf-8", "replace").strip().splitlines()
        for line in filter(None, output[-12:]):
            say(f"  | {line}")
        raise SetUpError(
            f"{what} failed (see the lines above; often it is the network). Mend that, and run the command again."
        )


def has_system_certificates() -> bool:
    """Whether the machine keeps certificates of its own, which may hold those of a company's proxy."""
    import ssl

    places = ssl.get_default_verify_paths()
    folder = Path(places.openssl_capath)
    in_folder = folder.is_dir() and any(folder.iterdir())
    return in_folder or Path(places.openssl_cafile).is_file() or os.uname().sysname == "Darwin"


def installer_environment(
    environment: dict[str, str], *, home_is_writable: bool, system_certificates: bool
) -> dict[str, str]:
    """The environment for pip and uv: theirs, where the user's pip settings speak for uv as well."""
    made = {name: value for name, value in environment.items() if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER")}
    for pip_name, uv_name in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if made.get(pip_name):
            made.setdefault(uv_name, made[pip_name])
    made["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    made["UV_NO_PROGRESS"] = "1"
    if system_certificates:
        # As pip does; uv by itself trusts only those that it brings along.
        made.setdefault("UV_SYSTEM_CERTS", "1")
    if not home_is_writable:
        made["UV_NO_CACHE"] = "1"
        made["PIP_NO_CACHE_DIR"] = "1"
    return made


def set_up(wanted: list[str], locks: list[Path]) -> None:
    """A .venv with exactly what the locks hold and the project itself; its stamp is written last."""
    python = str(BIN / "python")
    environment = installer_environment(
        dict(os.environ),
        home_is_writable=os.access(os.environ.get("HOME", ""), os.W_OK),
        system_certificates=has_system_certificates(),
    )
    same_interpreter = read_stamp(STAMP)[:1] == wanted[:1]
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    if not same_interpreter:
        # The base interpreter, because this may be the very .venv that is about to be made anew.
        base = getattr(sys, "_base_executable", sys.executable)
        run_step("making .venv", [base, "-m", "venv", "--clear", str(VENV)], environment)
    bootstrap = VENV / "installer.lock"
    bootstrap.write_text(lock_entry(RUNTIME_LOCK.read_text(encoding="utf-8"), "uv"), encoding="utf-8")
    pip = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    run_step("installing the installer (uv)", [*pip, "-r", str(bootstrap)], environment)
    uv = [str(BIN / "uv"), "pip"]
    target = ["--quiet", "--python", python]
    sync = [*uv, "sync", *target, "--require-hashes", "--compile-bytecode", *map(str, locks)]
    run_step("installing the locked packages (hash-checked)", sync, environment)
    itself = [*uv, "install", *target, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    run_step("installing Rahdari itself", itself, environment)
    run_step("compiling", [python, "-m", "compileall", "-q", str(ROOT / "src")], environment)
    write_stamp(STAMP, wanted)


def ensure_set_up(with_dev: bool) -> None:
    """Nothing, once .venv holds what is needed; a second run at the same time waits for the first."""
    version = "{}.{}.{}".format(*sys.version_info[:3])
    wanted = stamp_lines(stamped_files(with_dev), ROOT, version)
    if is_current(STAMP, wanted):
        return
    import fcntl

    with Path(__file__).open("rb") as this:
        try:
            fcntl.flock(this, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up to end")
            fcntl.flock(this, fcntl.LOCK_EX)
        if not is_current(STAMP, wanted):
            set_up(wanted, [RUNTIME_LOCK, DEV_LOCK] if with_dev else [RUNTIME_LOCK])
            say("ready")


def replace_process(words: list[str]) -> None:
    """Never returns: the program takes this process over, so its exit code and signals are its own."""
    program = str(BIN / words[0])
    try:
        os.execv(program, [program, *words[1:]])
    except OSError as error:
        raise SetUpError(f"{program} does not start ({error.strerror}). Remove .venv and run again.") from error


def run_project_checks() -> int:
    """0 where format, lint, types, rooms' order and tests all pass, else 1; each runs whatever the others say."""
    import subprocess

    failed = []
    for name, words in (FORMAT, LINT, TYPES, ROOMS, ("tests", pytest_words([]))):
        say(f"check: {name}")
        if subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, check=False).returncode:
            failed.append(name)
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def pytest_words(arguments: list[str]) -> list[str]:
    """The words that run pytest: all tests on every core, or what the arguments say."""
    return ["pytest", *(arguments or ["-n", "auto"])]


def run(arguments: list[str]) -> int:
    """The exit code of what the arguments ask for."""
    has_venv = all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))
    problem = find_python_problem(sys.version_info[:3], sys.platform, has_venv)
    if problem is not None:
        raise SetUpError(problem)
    is_check = arguments == ["check"]
    is_test = arguments[:1] == ["test"]
    ensure_set_up(with_dev=is_check or is_test)
    if is_check:
        return run_project_checks()
    if is_test:
        os.chdir(ROOT)
        replace_process(pytest_words(arguments[1:]))
    replace_process(["rahdari", *arguments])
    raise AssertionError("unreachable: the process was replaced")


def main() -> int:
    """The exit code; a message in one line and 2 where the set-up fails."""
    try:
        return run(sys.argv[1:])
    except SetUpError as error:
        say(str(error))
        return EXIT_SET_UP_FAILED
    except OSError as error:
        say(f"{error.filename or 'the set-up'}: {error.strerror}. Is {ROOT} a folder that you may write to?")
        return EXIT_SET_UP_FAILED
    except KeyboardInterrupt:
        say("interrupted; the next run starts the set-up again")
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
