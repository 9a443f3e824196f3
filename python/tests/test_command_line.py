"""The command line that the package brings."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import nemcon
import pytest


def program() -> list[str]:
    """The program beside this interpreter."""
    beside = Path(sys.executable).with_name("nemcon")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "nemcon"]


def test_it_runs_and_exits_as_the_program() -> None:
    done = subprocess.run([*program(), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"nemcon {nemcon.__version__}\n"
    assert subprocess.run([*program(), "run"], capture_output=True, check=False).returncode == 2
    assert subprocess.run([*program(), "run", "none.toml"], capture_output=True, check=False).returncode == 66
    run = [*program(), "run", "-", "--rounds", "100"]
    done = subprocess.run(run, input='title = "x"\n', capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (65, "")
    assert "error" in done.stderr


def test_a_reader_that_goes_is_no_error() -> None:
    pipe = subprocess.Popen([*program(), "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert pipe.stdout is not None and pipe.stderr is not None
    pipe.stdout.close()
    assert (pipe.stderr.read(), pipe.wait()) == (b"", 0)
    pipe.stderr.close()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_signals_leave_the_rounds_done(name: str, tmp_path: Path) -> None:
    # The checkpoint says when there are rounds that can be left.
    saved = tmp_path / "saved.json"
    run = [*program(), "run", "scenarios/first-scenario.toml", "--rounds", "1e12", "--checkpoint", str(saved)]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not saved.exists() or json.loads(saved.read_text())["results"]["units"]["end"] == 0:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(getattr(signal, name))
    out, err = process.communicate()
    assert process.returncode == 130
    assert out.startswith("PARTIAL") and "Traceback" not in err
