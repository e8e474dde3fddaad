from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from importlinter import cli as import_linter

LOCKS = ["requirements.lock", "requirements-dev.lock"]


def test_the_rooms_import_only_from_the_rooms_before_them(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)

    assert import_linter.lint_imports(no_cache=True) == import_linter.EXIT_STATUS_SUCCESS


def locked_versions(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_no_index_and_no_local_path(root: Path, lock: str) -> None:
    text = (root / lock).read_text(encoding="utf-8")

    assert re.findall(r"https?:|file:|://| @ |^\s*-[^-]|^\s*--(?!hash=)|^\s*[./]", text, flags=re.MULTILINE) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(root: Path, lock: str) -> None:
    text = (root / lock).read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z][a-z0-9._-]*==.*$", text, flags=re.MULTILINE)
    hashed = re.findall(r"^[a-z][a-z0-9._-]*==.*\\\n +--hash=sha256:[0-9a-f]{64}", text, flags=re.MULTILINE)

    assert packages
    assert len(hashed) == len(packages)


def test_the_runtime_lock_holds_every_dependency_of_the_project(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    named = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    locked = locked_versions(root / "requirements.lock").keys()

    assert {re.split(r"[<>=!~;\[ ]", requirement)[0] for requirement in named} <= locked


def test_the_two_locks_agree_on_the_packages_that_both_hold(root: Path) -> None:
    runtime, dev = (locked_versions(root / lock) for lock in LOCKS)
    both = runtime.keys() & dev.keys()

    assert both
    assert {name: runtime[name] for name in both} == {name: dev[name] for name in both}
