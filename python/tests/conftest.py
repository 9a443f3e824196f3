"""What the tests have in common."""

from __future__ import annotations

import os
from pathlib import Path

import nemcon
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "scenarios").glob("*.toml"))

SMALL = """
title = "Three members, two candidates"
rounds = 20000
candidate = [{ id = "jo", name = "Jo" }, { id = "007" }]
member = [{ id = "A" }, { id = "B" }, { id = "NA" }]
support = { A = { jo = 1.0 }, B = { jo = 1.5 }, NA = { jo = -1.0 } }
veto = { NA = "absolute" }
assumption = [{ name = "without-NA", amend = { NA = "none" } }]
"""


@pytest.fixture(autouse=True)
def in_root() -> None:
    """Scenarios are named as from the root of the repository."""
    os.chdir(ROOT)


@pytest.fixture
def small() -> nemcon.Scenario:
    return nemcon.loads(SMALL)


@pytest.fixture
def nato() -> nemcon.Scenario:
    return nemcon.load("scenarios/nato-2023.toml")
