"""What is asked of several scenarios, or of none: scores, fits, institutions; and the story of a round."""

from __future__ import annotations

from nemcon import _native
from nemcon._errors import Interrupted
from nemcon._progress import Watching
from nemcon._results import Result, ScoreResult
from nemcon._table import Table

# Typing takes longer to import than all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from typing import Any, TypeVar, overload

    from nemcon._progress import Progress
    from nemcon._scenario import Scenario

    _R = TypeVar("_R", bound=Result)
else:

    def overload(function):
        return function


def asked(kind: type[_R], found: tuple[_native.Found | None, bool]) -> _R:
    """The result, or, if Ctrl-C stopped it, `Interrupted`."""
    result = None if found[0] is None else kind(found[0])
    if found[1] or result is None:
        raise Interrupted(result)
    return result


def score(
    scenarios: Iterable[Scenario],
    *,
    assumptions: Iterable[str] | None = None,
    judgements: int | None = None,
    rounds: float | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> ScoreResult:
    """What chance the scenarios give to what happened, beside naive forecasts, and on average.

    `assumptions` are those that every scenario must have, or `"all"`; otherwise each scenario's own.
    """
    options: dict[str, Any] = {
        "assumptions": assumptions if assumptions is None or isinstance(assumptions, str) else list(assumptions),
        "judgements": judgements,
        "rounds": rounds,
        "seed": seed,
        "threads": threads,
    }
    with Watching(progress) as told:
        found = _native.score([scenario._native for scenario in scenarios], options, told)
    return asked(ScoreResult, found)


class Readable:
    """What can be read, and had as data."""

    __slots__ = ("_native",)

    def __init__(self, native: _native.Trace | _native.Fit | _native.PollsFit) -> None:
        self._native = native

    def text(self, width: int = 100) -> str:
        """Everything that there is to read."""
        return self._native.text(min(max(width, 1), 65535))

    def to_json(self) -> str:
        """Everything as data, as `--format json` prints it."""
        return self._native.json()

    def to_dict(self) -> dict[str, Any]:
        """The same as a dictionary."""
        from json import loads

        data: dict[str, Any] = loads(self.to_json())
        return data

    def __str__(self) -> str:
        return self.text()


class Trace(Readable):
    """The story of one round, ballot by ballot."""

    __slots__ = ()
    _native: _native.Trace

    @property
    def round(self) -> int:
        """Number of the round, from 0."""
        return self._native.round

    def __repr__(self) -> str:
        return f"<nemcon.Trace of round {self.round}>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.text())}</pre>"


class Fit(Readable):
    """Support, and for a straw poll a common uncertainty, with which a poll's totals are the expected ones."""

    __slots__ = ()
    _native: _native.Fit

    @property
    def support(self) -> Table:
        """The support table, as `[tables] support` of a scenario reads it: a row a member, a column a candidate."""
        return Table("support", *self._native.support())

    def __repr__(self) -> str:
        return f"<nemcon.Fit of {len(self.support)} members>"

    def _repr_html_(self) -> str:
        return self.support._repr_html_()


class PollsFit(Readable):
    """How minds change, as several polls say: the numbers with which these polls are most likely, with intervals."""

    __slots__ = ()
    _native: _native.PollsFit

    @property
    def estimates(self) -> Table:
        """A row a number: what the scenario says, the estimate, its interval, and whether the polls say how large it is."""
        return Table("estimates", *self._native.estimates())

    @property
    def settings(self) -> dict[str, float]:
        """The estimates by their paths, as `Scenario.with_` sets them: of the numbers about which the polls say something."""
        rows = self.to_dict()["estimates"]
        return {row["path"]: row["estimate"] for row in rows if row["identified"] != "no"}

    def __repr__(self) -> str:
        numbers = ", ".join(f"{path}={value}" for path, value in self.settings.items())
        return f"<nemcon.PollsFit {numbers}>"

    def _repr_html_(self) -> str:
        return self.estimates._repr_html_()


@overload
def fit(scenario: Scenario, poll: str | PathLike[str]) -> Fit: ...


@overload
def fit(
    scenario: Scenario,
    poll: None = None,
    *,
    polls: Iterable[str] | None = None,
    estimate: Iterable[str] | None = None,
    assumption: str | None = None,
    particles: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> PollsFit: ...


def fit(
    scenario: Scenario,
    poll: str | PathLike[str] | None = None,
    *,
    polls: Iterable[str] | None = None,
    estimate: Iterable[str] | None = None,
    assumption: str | None = None,
    particles: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> Fit | PollsFit:
    """Turns the totals of the poll in a CSV file into each candidate's support.

    Without `poll` the scenario's own polls, or those named, say how minds change between them: `estimate` has which of
    `memory`, `drift_sd` and `common_sd`; otherwise all but what `with_` has set.
    """
    given = {
        "polls": polls if polls is None or isinstance(polls, str) else list(polls),
        "estimate": estimate if estimate is None or isinstance(estimate, str) else list(estimate),
        "assumption": assumption,
        "particles": particles,
        "replicates": replicates,
        "seed": seed,
        "threads": threads,
    }
    if poll is not None:
        unheeded = [name for name, value in given.items() if value is not None]
        if unheeded:
            raise ValueError(f"{', '.join(unheeded)}: only without poll")
        return Fit(_native.fit(scenario._native, poll))
    with Watching(progress) as told:
        found, interrupted = _native.fit_polls(scenario._native, given, told)
    if interrupted or found is None:
        raise Interrupted
    return PollsFit(found)


def institutions() -> Table:
    """The institutions that a scenario can name."""
    return Table("institutions", *_native.institutions())


def institution(name: str) -> str:
    """The data file of an institution, in the format of scenarios."""
    return _native.institution(name)
