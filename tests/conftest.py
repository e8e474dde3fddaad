"""What all tests share: the hypothesis profiles, and the parts that a machine may lack."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if IN_CI else "local")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that is not shipped; a test that reads it skips in a plain clone."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared, which is not part of the project")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; without it a browser test skips, and under CI=true it fails."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path is not None:
            return path
    if IN_CI:
        pytest.fail("Chromium is missing, and under CI=true the browser tests must run (.ci/run installs it)")
    pytest.skip("needs Chromium on the PATH (apt install chromium)")
