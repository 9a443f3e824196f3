"""Questions counted on a cluster: the results of one machine, whatever becomes of workers, nodes and the driver."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nemcon
import nemcon.ray
import pytest

from conftest import ROOT, SMALL
from test_same_bytes import record

ray = pytest.importorskip("ray")

NATO = "scenarios/nato-2023.toml"
# The same question on a cluster and here.
QUESTIONS: dict[
    str, tuple[Callable[..., nemcon.Result], Callable[[nemcon.Scenario], Callable[..., nemcon.Result]], dict[str, Any]]
] = {
    "run": (nemcon.ray.run, lambda s: s.run, {"rounds": 30_000, "judgements": 32, "seed": 5}),
    "precision": (nemcon.ray.run, lambda s: s.run, {"rounds": 5000, "judgements": 0, "precision": 0.005}),
    "conditional": (nemcon.ray.run, lambda s: s.run, {"rounds": 9000, "estimate": "conditional"}),
    "compare": (
        nemcon.ray.compare,
        lambda s: s.compare,
        {"rounds": 9000, "judgements": 0, "assumptions": ["every-ally"]},
    ),
    "influence": (nemcon.ray.influence, lambda s: s.influence, {"rounds": 9000}),
    "sweep": (
        nemcon.ray.sweep,
        lambda s: s.sweep,
        {"vary": {"preferences.uncertainty": "0.5:1.5:0.05"}, "rounds": 500, "precision": 0.02},
    ),
    "sobol": (
        nemcon.ray.sweep,
        lambda s: s.sweep,
        {"vary": {"preferences.uncertainty": "0.5..1.5"}, "sample": "sobol:8", "rounds": 500},
    ),
    "judged": (nemcon.ray.sweep, lambda s: s.sweep, {"sample": "judgements:20", "rounds": 500}),
    "score": (
        lambda s, **options: nemcon.ray.score([s], **options),
        lambda s: s.score,
        {"rounds": 5000, "assumptions": ["stated", "every-ally"], "judgements": 32},
    ),
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Two workers on this machine; the address."""
    context = ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="warning")
    yield context.address_info["address"]
    ray.shutdown()


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_result_is_that_of_one_machine(cluster: str, name: str, tmp_path: Path) -> None:
    there, here, options = QUESTIONS[name]
    # Chances are of a single ballot.
    scenario = nemcon.loads(SMALL) if name == "conditional" else nemcon.load(NATO)
    same(there(scenario, **options), here(scenario)(**options), tmp_path)


def test_tables_and_values_set_reach_the_workers(cluster: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "support.csv").write_text("member,jo,al\nA,1,0\nB,0.5,1\n")
    text = 'title = "T"\ncandidate = [{ id = "jo" }, { id = "al" }]\nmember = [{ id = "A" }, { id = "B" }]\n'
    (tmp_path / "s.toml").write_text(text + 'tables = { support = "data/support.csv" }\n')
    scenario = nemcon.load(tmp_path / "s.toml").with_(set={"preferences.uncertainty": 2})
    same(nemcon.ray.run(scenario, rounds=9000), scenario.run(rounds=9000), tmp_path)


def same(mine: nemcon.Result, theirs: nemcon.Result, folder: Path) -> None:
    """That two results are the same bytes, in every file and format."""
    assert mine.to_json() == theirs.to_json()
    assert mine.text() == theirs.text()
    assert {name: table.to_csv() for name, table in mine.tables.items()} == {
        name: table.to_csv() for name, table in theirs.tables.items()
    }
    mine.save(folder / "mine")
    theirs.save(folder / "theirs")
    assert record(folder / "mine") == record(folder / "theirs")


def test_what_was_saved_is_taken_up(cluster: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    scenario, saved = nemcon.load(NATO), tmp_path / "nato.json"
    options: dict[str, Any] = {"rounds": 200_000, "judgements": 0, "checkpoint": saved}

    def stop(done: int, total: int) -> None:
        if done > 10_000:
            raise KeyboardInterrupt

    with pytest.raises(nemcon.Interrupted) as raised:
        nemcon.ray.run(scenario, **options, progress=stop)
    done = units(saved)
    partial = raised.value.partial
    assert isinstance(partial, nemcon.RunResult) and partial.rounds == done > 0
    assert partial.outcomes.to_csv() == scenario.run(rounds=done, judgements=0).outcomes.to_csv()
    # Another question does not go on with it, and the file stays as it is.
    with pytest.raises(ValueError, match="checkpoint: it is about seed"):
        nemcon.ray.run(scenario, **options, seed=9)
    assert units(saved) == done
    told: list[int] = []
    result = nemcon.ray.run(scenario, **options, progress=lambda done, total: told.append(done))
    assert min(told) >= done and units(saved) == 200_000
    same(result, scenario.run(rounds=200_000, judgements=0), tmp_path)
    # The command line reads it, too.
    merged = subprocess.run([sys.executable, "-m", "nemcon", "merge", str(saved)], capture_output=True, check=True)
    assert merged.stdout.decode() == result.text()
    # Nothing is left to count.
    with caplog.at_level(logging.INFO, "nemcon.ray"):
        same(nemcon.ray.run(scenario, **options), result, tmp_path / "again")
    assert caplog.messages[-1].startswith("0 tasks")


def units(saved: Path) -> int:
    """How many units a checkpoint has."""
    end: int = json.loads(saved.read_text())["results"]["units"]["end"]
    return end


def test_what_is_wrong_is_said_here(cluster: str) -> None:
    scenario = nemcon.load(NATO)
    with pytest.raises(ValueError, match="assumption: "):
        nemcon.ray.run(scenario, assumption="nobody")
    with pytest.raises(ValueError, match="at point"):
        nemcon.ray.sweep(scenario, {"preferences.uncertainty": [1, -1]})


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", NATO, "--rounds", "3e4", "--judgements", "32"],
        [
            "run",
            NATO,
            "--rounds",
            "1e4",
            "--assumption",
            "every-ally",
            "--judgements",
            "0",
            "--format",
            "json",
            "--set",
            "dynamics.momentum=0.5",
        ],
        ["compare", NATO, "--assumptions", "every-ally", "--rounds", "5000", "--judgements", "0", "--format", "csv"],
        ["influence", NATO, "--rounds", "5000", "--format", "md"],
        ["sweep", NATO, "--vary", "dynamics.momentum=0,1", "--rounds", "5000", "--format", "latex"],
        ["score", NATO, "--rounds", "5000", "--judgements", "0"],
    ],
)
def test_the_command_line_shows_what_nemcon_shows(cluster: str, arguments: list[str], tmp_path: Path) -> None:
    def shown(module: str, *more: str) -> bytes:
        command = [sys.executable, "-m", module, *arguments, "--quiet", *more]
        return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout

    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    assert shown("nemcon.ray", "--address", cluster, "--out", str(mine)) == shown("nemcon", "--out", str(theirs))
    for file in theirs.glob("*.csv"):
        assert (mine / file.name).read_bytes() == file.read_bytes(), file.name
    assert record(mine) == record(theirs)


def test_the_command_line_says_what_is_missing(
    cluster: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from nemcon.ray._command import main

    saved = tmp_path / "saved.json"
    assert main(["run", NATO, "--quiet", "--resume", str(saved)]) == 66
    saved.write_text("{}")
    assert main(["run", NATO, "--quiet", "--checkpoint", str(saved)]) == 73
    assert main(["run", NATO, "--quiet", "--resume", str(saved)]) == 65
    assert main(["run", "nowhere.toml", "--quiet"]) == 66
    assert main(["run", NATO, "--quiet", "--assumption", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["run", NATO, "--quiet"]) == 69
    assert "pip install 'nemcon[ray]'" in capsys.readouterr().err


def long() -> int:
    """Rounds that take this machine a minute or so, at about a second a task on each processor."""
    began = time.monotonic()
    nemcon.load(NATO).run(rounds=50_000, judgements=0)
    return int(60 * 50_000 / (time.monotonic() - began))


DRIVER = """
import sys, nemcon, nemcon.ray, ray
from nemcon.ray import _cluster
_cluster.SAVE_EVERY = 1.0
address, saved, notes, out, rounds = sys.argv[1:]
ray.init(address=address, log_to_driver=False, logging_level="warning")
sys.path.append("python/tests")
import test_ray
_cluster.count = test_ray.noting(notes)
scenario = nemcon.load("scenarios/nato-2023.toml")
nemcon.ray.run(scenario, rounds=int(rounds), judgements=0, checkpoint=saved).save(out)
"""


def noting(path: str) -> Any:
    """The task, which also notes in a file when it begins and ends."""
    from nemcon.ray._cluster import count

    task: Any = count

    def noted(key: str, sent: Any, start: int, end: int) -> Any:
        with open(path, "a") as notes:
            print("begun", start, end, file=notes, flush=True)
            counted = task._function(key, sent, start, end)
            print("ended", start, end, file=notes, flush=True)
        return counted

    return ray.remote(num_cpus=1, max_retries=0)(noted)


def noted(path: Path, what: str) -> Counter[tuple[int, int]]:
    """How often each part began or ended."""
    lines = (line.split() for line in path.read_text().splitlines())
    return Counter((int(start), int(end)) for word, start, end in lines if word == what)


@pytest.fixture
def three() -> Iterator[Any]:
    """Three nodes with two workers each."""
    from ray.cluster_utils import Cluster

    ray.shutdown()
    nodes: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    for _ in range(2):
        nodes.add_node(num_cpus=2)
    nodes.wait_for_nodes()
    yield nodes
    ray.shutdown()
    nodes.shutdown()


def workers(node: Any, number: int) -> list[int]:
    """So many processes of a node that count; between two tasks they have another name."""
    raylet = node.all_processes["raylet"][0].process.pid
    until = time.monotonic() + 10
    while True:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                parent = int(process.joinpath("stat").read_text().rpartition(")")[2].split()[1])
                name = process.joinpath("cmdline").read_bytes()
            except OSError:
                continue
            if parent == raylet and name.startswith(b"ray::noted"):
                found.append(int(process.name))
        if len(found) >= number:
            return found[:number]
        assert time.monotonic() < until, f"{len(found)} of {number} workers are counting"


@pytest.mark.slow
def test_lost_nodes_and_workers_cost_their_tasks_only(
    three: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from nemcon.ray import _cluster

    ray.init(address=three.address, log_to_driver=False, logging_level="warning")
    notes = tmp_path / "notes"
    monkeypatch.setattr(_cluster, "count", noting(str(notes)))
    head = three.head_node
    first, second = three.worker_nodes
    killed: list[int] = []

    def progress(done: int, total: int) -> None:
        if not killed and done > total / 4:
            killed.extend(workers(first, 2))
            three.remove_node(first, allow_graceful=False)
        elif len(killed) == 2 and done > total / 2:
            for pid in workers(head, 1) + workers(second, 1):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    scenario, rounds = nemcon.load(NATO), long()
    with caplog.at_level(logging.INFO, "nemcon.ray"):
        result = nemcon.ray.run(scenario, rounds=rounds, judgements=0, progress=progress)
    assert len(killed) == 4
    same(result, scenario.run(rounds=rounds, judgements=0), tmp_path)
    begun, ended = noted(notes, "begun"), noted(notes, "ended")
    again = [part for part, times in begun.items() if times > 1]
    print(f"{len(begun)} tasks, {len(again)} of them again;", caplog.messages)
    # All rounds once, in tasks that were cut once.
    assert sum(end - start for start, end in begun) == rounds and set(ended) == set(begun)
    # Of those that were not finished when they were lost, one for each processor, and no other.
    lost = [message for message in caplog.messages if "counted again" in message]
    assert 1 <= len(again) <= len(lost) <= 4
    assert {f"rounds {start} to {end - 1}" for start, end in again} <= {
        message.partition(" were")[0] for message in lost
    }
    assert set(ended.values()) == {1}


@pytest.mark.slow
def test_a_driver_that_is_killed_goes_on_where_it_saved(three: Any, tmp_path: Path) -> None:
    saved, out, rounds = tmp_path / "saved.json", tmp_path / "mine", long()

    def start(notes: Path) -> subprocess.Popen[bytes]:
        arguments = [three.address, str(saved), str(notes), str(out), str(rounds)]
        return subprocess.Popen([sys.executable, "-c", DRIVER, *arguments], cwd=ROOT)

    first = start(tmp_path / "first")
    while not saved.exists() or units(saved) < rounds / 4:
        assert first.poll() is None
        time.sleep(0.1)
    first.kill()
    first.wait()
    done = units(saved)
    assert rounds / 4 <= done < rounds
    assert start(tmp_path / "second").wait() == 0
    begun, again = noted(tmp_path / "first", "begun"), noted(tmp_path / "second", "begun")
    print(f"{done} of {rounds} rounds were saved; {len(begun)} tasks before, {len(again)} after")
    # What was saved is not done again, and all that was not.
    assert min(start for start, _ in again) == done
    assert sum(end - start for start, end in again) == rounds - done
    nemcon.load(NATO).run(rounds=rounds, judgements=0).save(tmp_path / "theirs")
    for file in (tmp_path / "theirs").glob("*.csv"):
        assert (out / file.name).read_bytes() == file.read_bytes(), file.name
    assert record(out) == record(tmp_path / "theirs")
