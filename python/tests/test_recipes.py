"""The recipes of docs/clusters.md, with a loop in place of the batch system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

ARRAY, MERGE, PARALLEL = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/clusters.md").read_text(), re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the scenarios."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    return tmp_path


def shell(script: str, folder: Path, **variables: str) -> str:
    """What a script shows, with the program on the path."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ROUNDS": "20000", **variables}
    done = subprocess.run(["sh", "-euc", script], cwd=folder, env=environment, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def alone(folder: Path) -> str:
    return shell('nemcon run scenarios/nato-2023.toml --rounds "$ROUNDS" --out alone --quiet', folder)


def same(folder: Path) -> None:
    for file in (folder / "alone").glob("*.csv"):
        assert (folder / "results" / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_slurm_array(folder: Path) -> None:
    def task(number: int) -> str:
        own = {"SLURM_ARRAY_TASK_ID": str(number), "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_CPUS_PER_TASK": "1"}
        return shell(ARRAY, folder, **own)

    for number in (3, 1, 4, 2):
        task(number)
    # One that is started again finds that all is done.
    assert "of 276000" in task(2)
    assert shell(MERGE, folder) == alone(folder)
    same(folder)


@pytest.mark.skipif(shutil.which("parallel") is None, reason="GNU parallel is not installed")
def test_gnu_parallel(folder: Path) -> None:
    shell(PARALLEL, folder)
    assert shell(MERGE, folder) == alone(folder)
    same(folder)
