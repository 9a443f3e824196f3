"""The same bytes as the command line, for every scenario and every question."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nemcon
import pytest

from conftest import SCENARIOS

# Of run.json what may differ; the elapsed time is that of each run.
OWN = ("options", "threads", "elapsed_seconds", "command")

Ask = Callable[[nemcon.Scenario], nemcon.Result]

ROUNDS = 300
QUICK = "scenarios/osce-2020.toml"
VARY = {"preferences.uncertainty": [0.5, 1]}

# By name the arguments of the command line and the same question in Python.
QUESTIONS: dict[str, tuple[list[str], Ask]] = {
    "run": (["run"], lambda s: s.run(rounds=ROUNDS, seed=5, **judged(s))),
    "run-unjudged": (["run"], lambda s: s.run(rounds=ROUNDS, seed=5, judgements=0, threads=1)),
    "precision": (
        ["run", "--precision", "0.02", "--judgements", "0"],
        lambda s: s.run(rounds=ROUNDS, seed=5, precision=0.02, judgements=0),
    ),
    "compare": (["compare"], lambda s: s.compare(rounds=ROUNDS, seed=5, **judged(s))),
    "influence": (["influence"], lambda s: s.influence(rounds=ROUNDS, seed=5)),
    "leverage": (["leverage"], lambda s: s.leverage(rounds=ROUNDS, seed=5)),
    "grid": (
        ["sweep", "--vary", "preferences.uncertainty=0.5,1"],
        lambda s: s.sweep(VARY, rounds=ROUNDS, seed=5),
    ),
    "sobol": (
        ["sweep", "--vary", "preferences.uncertainty=0.5..1", "--sample", "sobol:2"],
        lambda s: s.sweep({"preferences.uncertainty": "0.5..1"}, sample="sobol:2", rounds=ROUNDS, seed=5),
    ),
    "judged": (
        ["sweep", "--sample", "judgements:2"],
        lambda s: s.sweep(sample="judgements:2", rounds=ROUNDS, seed=5),
    ),
    "conditional": (
        ["run", "--estimate", "conditional"],
        lambda s: s.run(estimate="conditional", rounds=ROUNDS, seed=5),
    ),
    "score": (["score"], lambda s: s.score(rounds=ROUNDS, seed=5, **judged(s))),
    "update": (
        ["update", "--particles", "60", "--replicates", "2"],
        lambda s: s.update(particles=60, replicates=2, rounds=ROUNDS, seed=5, **judged(s)),
    ),
}


def judged(s: nemcon.Scenario) -> dict[str, Any]:
    """Few points where judgements are drawn, in a scenario whose rounds are quick: each point has a thousand."""
    return {"judgements": 32 if s.path == QUICK else 0}


def command_line(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "nemcon", *arguments], capture_output=True, check=False)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("path", SCENARIOS)
def test_every_question_about_every_scenario(path: str, question: str, tmp_path: Path) -> None:
    scenario = nemcon.load(path)
    arguments, ask = QUESTIONS[question]
    arguments = [*arguments, path, "--rounds", str(ROUNDS), "--seed", "5", "--quiet"]
    if question in ("run", "compare", "score", "update"):
        arguments += ["--judgements", str(judged(scenario)["judgements"])]
    elif question == "run-unjudged":
        arguments += ["--judgements", "0"]
    theirs = tmp_path / "theirs"
    done = command_line(*arguments, "--out", str(theirs), "--format", "json")
    if done.returncode != 0 and not theirs.exists():
        # What the command line refuses for this scenario, the package refuses, too, in its first words.
        assert done.returncode in (2, 65), done.stderr
        with pytest.raises(ValueError) as raised:
            ask(scenario)
        words = done.stderr.decode().splitlines()[0].removeprefix("error: ")
        assert words in str(raised.value)
        return
    result = ask(scenario)
    mine = tmp_path / "mine"
    result.save(mine)
    names = {file.name for file in theirs.iterdir()}
    assert {file.name for file in mine.iterdir()} == names
    for name in names - {"run.json"}:
        assert (mine / name).read_bytes() == (theirs / name).read_bytes(), name
    assert record(mine) == record(theirs)
    assert result.to_json().encode() == done.stdout
    tables = {name.removesuffix(".csv") for name in names} - {"run.json"}
    assert set(result.tables) == tables
    for table in result.tables.values():
        assert len({len(values) for values in table.to_dict().values()}) == 1
        assert len(table._kinds) == len(table.columns)


def record(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return {key: value for key, value in data.items() if key not in OWN}


@pytest.mark.parametrize("path", SCENARIOS)
def test_rounds_texts_and_pages(path: str, tmp_path: Path) -> None:
    scenario = nemcon.load(path)
    traced = command_line("trace", path, "--round", "7", "--format", "json")
    assert scenario.trace(7).to_json().encode() == traced.stdout
    shown = command_line("run", path, "--rounds", "500", "--judgements", "0", "--quiet")
    assert scenario.run(rounds=500, judgements=0, ballots=False).text().encode() == shown.stdout
    theirs, mine = tmp_path / "theirs.html", tmp_path / "mine.html"
    command_line("report", path, "--rounds", "500", "--judgements", "0", "--quiet", "--out", str(theirs))
    scenario.report(mine, rounds=500, judgements=0)
    assert mine.read_bytes() == theirs.read_bytes()
    checked = json.loads(command_line("check", path, "--format", "json").stdout)
    assert [problem.message for problem in scenario.check()] == [it["message"] for it in checked["problems"]]


def test_values_set_and_several_scenarios(tmp_path: Path) -> None:
    path = "scenarios/nato-2023.toml"
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    arguments = ["--set", "dynamics.momentum=0.5", "--set", "support.USA.wallace=-1", "--rounds", "500"]
    command_line("compare", path, *arguments, "--judgements", "0", "--out", str(theirs))
    scenario = nemcon.load(path).with_(set={"dynamics.momentum": 0.5, "support.USA.wallace": -1})
    scenario.compare(rounds=500, judgements=0).save(mine)
    assert record(mine) == record(theirs)
    assert (mine / "comparison.csv").read_bytes() == (theirs / "comparison.csv").read_bytes()
    paths = ["scenarios/un-1996.toml", "scenarios/un-2016.toml"]
    command_line("score", *paths, "--rounds", "500", "--judgements", "0", "--out", str(theirs), "--force")
    scored = nemcon.score([nemcon.load(path) for path in paths], rounds=500, judgements=0)
    scored.save(mine, force=True)
    assert record(mine) == record(theirs)
    assert (mine / "mean_scores.csv").read_bytes() == (theirs / "mean_scores.csv").read_bytes()


def test_fits_and_institutions() -> None:
    arguments = ["scenarios/un-2016.toml", "--poll", "scenarios/data/un-2016-poll-1.csv"]
    fit = nemcon.fit(nemcon.load(arguments[0]), arguments[2])
    assert fit.support.to_csv() == command_line("fit", *arguments, "--format", "csv").stdout
    assert fit.to_json().encode() == command_line("fit", *arguments, "--format", "json").stdout
    assert fit.text().encode() == command_line("fit", *arguments).stdout
    few = ["--polls", "poll-1,poll-2", "--estimate", "drift_sd", "--particles", "50", "--replicates", "2", "--seed", "5"]
    polls = nemcon.fit(
        nemcon.load(arguments[0]),
        polls=["poll-1", "poll-2"],
        estimate=["drift_sd"],
        particles=50,
        replicates=2,
        seed=5,
    )
    assert polls.estimates.to_csv() == command_line("fit", arguments[0], *few, "--format", "csv").stdout
    assert polls.to_json().encode() == command_line("fit", arguments[0], *few, "--format", "json").stdout
    assert polls.text().encode() == command_line("fit", arguments[0], *few).stdout
    assert nemcon.institutions().to_csv() == command_line("institutions", "--format", "csv").stdout
