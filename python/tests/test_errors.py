"""What goes wrong, and what is said then."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nemcon
import pytest


def test_everything_that_is_wrong_is_listed() -> None:
    text = 'title = "x"\nrouds = 5\nmember = [{ id = "A" }]\ncandidate = [{ id = "x", availability = 2 }]\n'
    with pytest.raises(nemcon.ScenarioError) as raised:
        nemcon.loads(text)
    error = raised.value
    assert len(error.problems) == 2
    first, second = error.problems
    assert (first.severity, first.code, first.line, first.column) == ("error", "unknown-key", 2, 1)
    assert first.help is not None and "rounds" in first.help
    assert second.line == 4
    assert "error[unknown-key]" in str(error) and "rouds = 5" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert [problem.message for problem in again.problems] == [problem.message for problem in error.problems]


def test_problems_name_their_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("title = 5\n")
    with pytest.raises(nemcon.ScenarioError) as raised:
        nemcon.load(path)
    assert {problem.file for problem in raised.value.problems} == {str(path)}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none.toml"):
        nemcon.load(tmp_path / "none.toml")
    with pytest.raises(OSError):
        nemcon.load(tmp_path)


def test_values_that_cannot_be_set(small: nemcon.Scenario) -> None:
    with pytest.raises(nemcon.ScenarioError, match="uncertainly") as raised:
        small.with_(set={"preferences.uncertainly": 1})
    assert raised.value.problems[0].file == "set"
    with pytest.raises(ValueError, match="rounds"):
        small.with_(set={"rounds": 1})
    with pytest.raises(ValueError, match="set"):
        small.with_(set={"a=b": 1})


@pytest.mark.parametrize(
    ("option", "ask"),
    [
        ("rounds", lambda s: s.run(rounds=0)),
        ("rounds", lambda s: s.run(rounds=1.5)),
        ("rounds", lambda s: s.run(rounds=True)),
        ("rounds", lambda s: s.run(rounds="many")),
        ("seed", lambda s: s.run(seed=-1)),
        ("seed", lambda s: s.run(seed=2**64)),
        ("threads", lambda s: s.run(threads=0)),
        ("threads", lambda s: s.run(threads=100_000)),
        ("precision", lambda s: s.run(precision=0)),
        ("precision", lambda s: s.run(precision=float("nan"))),
        ("judgements", lambda s: s.run(judgements=33)),
        ("judgements", lambda s: s.run(judgements=32)),
        ("assumption", lambda s: s.run(assumption="without-NO")),
        ("estimate", lambda s: s.run(estimate="guess")),
        ("precision", lambda s: s.run(estimate="conditional", precision=0.1)),
        ("assumption", lambda s: s.compare(baseline="nothing")),
        ("assumptions", lambda s: s.compare(["stated"])),
        ("vary", lambda s: s.sweep()),
        ("vary", lambda s: s.sweep({"preferences.uncertainty": "1:2"})),
        ("vary", lambda s: s.sweep({"preferences.uncertainly": [1]}, rounds=10)),
        ("sample", lambda s: s.sweep({"preferences.uncertainty": "0..1"}, sample="some:5")),
        ("polls", lambda s: s.update()),
        ("round", lambda s: s.trace()),
        ("outcome", lambda s: s.trace(outcome="no one")),
        ("sections", lambda s: s.report("never.html", sections=["all"])),
    ],
)
def test_options_that_do_not_fit_are_named(
    small: nemcon.Scenario, option: str, ask: Callable[[Any], object]
) -> None:
    with pytest.raises(ValueError, match=option) as raised:
        ask(small)
    assert str(raised.value).startswith(option)


def test_options_of_another_type(small: nemcon.Scenario) -> None:
    with pytest.raises(TypeError, match="assumption"):
        small.run(assumption=5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        small.run(round=5)  # type: ignore[call-arg]


def test_help_is_there(small: nemcon.Scenario) -> None:
    with pytest.raises(ValueError, match="without-NA"):
        small.run(assumption="without-NO")


def test_what_is_not_scored(small: nemcon.Scenario) -> None:
    with pytest.raises(ValueError, match="does not say how it ended"):
        small.score()


def test_folders_that_cannot_be_written(small: nemcon.Scenario, tmp_path: Path) -> None:
    there = tmp_path / "file"
    there.write_text("")
    with pytest.raises(OSError):
        small.run(rounds=10).save(there)
    with pytest.raises(OSError):
        small.report(tmp_path / "none" / "page.html", rounds=10)
