"""nemcon simulates how international bodies choose people: who reaches consensus, and who blocks whom.

>>> import nemcon
>>> s = nemcon.load("scenarios/nato-2023.toml")
>>> r = s.run(rounds=1e6)
>>> r.outcomes.to_pandas()

A scenario is asked by its methods: `run`, `compare`, `influence`, `leverage`, `sweep`, `update`, `trace`, `report`; several
by `score`. Results have the tables of the command line's CSV files as attributes, and show themselves in a notebook.
"""

from __future__ import annotations

from nemcon._errors import Interrupted, Problem, ScenarioError
from nemcon._native import VERSION as __version__
from nemcon._others import Fit, PollsFit, Trace, fit, institution, institutions, score
from nemcon._results import (
    CompareResult,
    InfluenceResult,
    LeverageResult,
    Result,
    RunResult,
    ScoreResult,
    SweepResult,
    UpdateResult,
)
from nemcon._scenario import Scenario, load, loads
from nemcon._table import Table

__all__ = [
    "CompareResult",
    "Fit",
    "InfluenceResult",
    "Interrupted",
    "LeverageResult",
    "PollsFit",
    "Problem",
    "Result",
    "RunResult",
    "Scenario",
    "ScenarioError",
    "ScoreResult",
    "SweepResult",
    "Table",
    "Trace",
    "UpdateResult",
    "__version__",
    "fit",
    "institution",
    "institutions",
    "load",
    "loads",
    "score",
]
