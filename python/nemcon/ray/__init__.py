"""Questions counted on a Ray cluster, when one machine is not enough: `pip install 'nemcon[ray]'` on every node.

>>> import nemcon, nemcon.ray
>>> s = nemcon.load("scenarios/nato-2023.toml")
>>> r = nemcon.ray.run(s, rounds=1e11, address="auto", checkpoint="nato.json", progress=True)

Each function asks what the method of a scenario of the same name asks, with the same options but `threads`, and comes to the
same result, byte for byte, however many workers there are and whatever becomes of them. Beside these options:

- `address`: that of a cluster, as `ray.init` takes it; `"auto"` is the one that this machine belongs to. Otherwise that of
  `RAY_ADDRESS` or, if there is none, a cluster of this machine alone, for as long as it takes. A program that is connected
  stays so.
- `checkpoint`: a file in which the counts are saved about every ten seconds. If it is there already, the question goes on
  where it ends, so that a program that was cut off is just started again. `nemcon merge` reads it, too, and
  `nemcon run --resume` goes on with it.
- `progress`: as everywhere.

The question is cut into tasks of about a second. Those of workers or nodes that are lost are done again. Ctrl-C raises
`Interrupted` with the first rounds. docs/clusters.md says when all this is worth it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from nemcon._results import CompareResult, InfluenceResult, Result, RunResult, ScoreResult, SweepResult
from nemcon._scenario import _given, _names
from nemcon._written import varied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from nemcon._progress import Progress
    from nemcon._scenario import Scenario
    from nemcon._written import Values

    _R = TypeVar("_R", bound=Result)

__all__ = ["compare", "influence", "run", "score", "sweep"]


def run(
    scenario: Scenario,
    *,
    rounds: float | None = None,
    seed: int | None = None,
    assumption: str | None = None,
    precision: float | None = None,
    judgements: int | None = None,
    estimate: str | None = None,
    ballots: bool = True,
    address: str | None = None,
    checkpoint: str | PathLike[str] | None = None,
    progress: Progress = None,
) -> RunResult:
    """Who is chosen under one assumption, and who blocks whom: as `Scenario.run`."""
    options = _given(
        rounds=rounds,
        seed=seed,
        assumption=assumption,
        precision=precision,
        judgements=judgements,
        estimate=estimate,
        ballots=ballots,
    )
    return _asked(RunResult, scenario, "run", options, address, checkpoint, progress)


def compare(
    scenario: Scenario,
    assumptions: Iterable[str] | None = None,
    *,
    baseline: str | None = None,
    rounds: float | None = None,
    seed: int | None = None,
    precision: float | None = None,
    judgements: int | None = None,
    ballots: bool = True,
    full: bool = False,
    address: str | None = None,
    checkpoint: str | PathLike[str] | None = None,
    progress: Progress = None,
) -> CompareResult:
    """How assumptions differ on the same draws: as `Scenario.compare`."""
    options = _given(
        assumptions=_names(assumptions),
        baseline=baseline,
        rounds=rounds,
        seed=seed,
        precision=precision,
        judgements=judgements,
        ballots=ballots,
        full=full,
    )
    return _asked(CompareResult, scenario, "compare", options, address, checkpoint, progress)


def influence(
    scenario: Scenario,
    *,
    rounds: float | None = None,
    seed: int | None = None,
    assumption: str | None = None,
    address: str | None = None,
    checkpoint: str | PathLike[str] | None = None,
    progress: Progress = None,
) -> InfluenceResult:
    """What each member's veto does: as `Scenario.influence`."""
    options = _given(rounds=rounds, seed=seed, assumption=assumption)
    return _asked(InfluenceResult, scenario, "influence", options, address, checkpoint, progress)


def sweep(
    scenario: Scenario,
    vary: Mapping[str, Values] | None = None,
    *,
    sample: str | None = None,
    rounds: float | None = None,
    seed: int | None = None,
    assumption: str | None = None,
    precision: float | None = None,
    outcome: Iterable[str] | None = None,
    address: str | None = None,
    checkpoint: str | PathLike[str] | None = None,
    progress: Progress = None,
) -> SweepResult:
    """What settings do, over a grid or a sample: as `Scenario.sweep`."""
    options = _given(
        vary=varied(vary or {}),
        sample=sample,
        rounds=rounds,
        seed=seed,
        assumption=assumption,
        precision=precision,
        outcome=_names(outcome),
    )
    return _asked(SweepResult, scenario, "sweep", options, address, checkpoint, progress)


def score(
    scenarios: Iterable[Scenario],
    *,
    assumptions: Iterable[str] | None = None,
    judgements: int | None = None,
    rounds: float | None = None,
    seed: int | None = None,
    address: str | None = None,
    progress: Progress = None,
) -> ScoreResult:
    """What chance scenarios give to what happened: as `nemcon.score`. It has no checkpoint."""
    from nemcon._others import asked

    options = _given(assumptions=_names(assumptions), judgements=judgements, rounds=rounds, seed=seed)
    return asked(ScoreResult, _counting().score(list(scenarios), options, address, progress))


def _asked(
    kind: type[_R],
    scenario: Scenario,
    command: str,
    options: dict[str, Any],
    address: str | None,
    checkpoint: str | PathLike[str] | None,
    progress: Progress,
) -> _R:
    from nemcon._others import asked

    return asked(kind, _counting().ask(scenario, command, options, address, checkpoint, progress))


def _counting() -> Any:
    """What needs Ray."""
    try:
        import ray as _ray  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise ImportError("Ray is not installed: pip install 'nemcon[ray]'", name="ray") from error
    from nemcon.ray import _cluster

    return _cluster
