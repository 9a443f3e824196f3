"""Scenarios, and what can be asked of one."""

from __future__ import annotations

from nemcon import _native
from nemcon._errors import Interrupted, Problem
from nemcon._others import Trace, asked
from nemcon._progress import Watching
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
from nemcon._written import settings, varied

# Typing takes longer to import than all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike
    from typing import Any, TypeVar

    from nemcon._progress import Progress
    from nemcon._written import Setting, Values

    _R = TypeVar("_R", bound=Result)


def load(path: str | PathLike[str]) -> Scenario:
    """Reads the scenario in a file, with its tables.

    Raises `ScenarioError`, which lists everything that is wrong with it, or `OSError`.
    """
    return Scenario(_native.load(path))


def loads(text: str) -> Scenario:
    """Reads a scenario from text. Its tables, if it names some, are relative to the current folder."""
    return Scenario(_native.loads(text))


class Scenario:
    """A scenario that has been read whole and found in order. It never changes; `with_` returns another.

    What is asked takes the options of the command of the same name, under the same names: `rounds` (1 to 1e12), `seed`,
    `assumption`, `precision` (rounds are doubled until every 95 % interval is within so much), `threads` (no result depends
    on it), `judgements` (points at which the scenario's judgements are drawn, a multiple of 32; 0 draws none). What is left
    out the scenario says. `progress` shows how far it is on standard error (`True`) or is called with the rounds done and
    those that there will be. Other threads of Python go on meanwhile. Ctrl-C raises `Interrupted`, whose `partial` is what
    came out of the rounds until then. What does not fit raises `ValueError` with the option's name.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Scenario) -> None:
        self._native = native

    @property
    def title(self) -> str:
        """Its title."""
        return self._native.title

    @property
    def summary(self) -> str:
        """What it is about; may be empty."""
        return self._native.summary

    @property
    def sources(self) -> list[str]:
        """Where its figures and judgements come from."""
        return self._native.sources

    @property
    def text(self) -> str:
        """What its file says."""
        return self._native.text

    @property
    def path(self) -> str:
        """Its path as given; `-` if it was read from text."""
        return str(self._native.path)

    @property
    def rounds(self) -> int:
        """Rounds to simulate unless something else is asked for."""
        return self._native.rounds

    @property
    def seed(self) -> int:
        """Seed of all random numbers unless something else is asked for."""
        return self._native.seed

    @property
    def assumptions(self) -> dict[str, str]:
        """By name what each assumption supposes; the first is the scenario's own, `stated`."""
        return dict(self._native.assumptions)

    @property
    def candidates(self) -> dict[str, str]:
        """Names of the candidates by their ids."""
        return dict(self._native.candidates)

    @property
    def members(self) -> dict[str, str]:
        """Names of the members by their ids."""
        return dict(self._native.members)

    @property
    def polls(self) -> list[str]:
        """Names of the polls that were held."""
        return self._native.polls

    @property
    def actual(self) -> str | None:
        """How the selection ended, a candidate's id or `no-consensus`, if the scenario says so."""
        return self._native.actual

    @property
    def changes(self) -> list[str]:
        """What `with_` has set, each as `path=value`."""
        return self._native.changes

    def with_(self, set: Mapping[str, Setting] | None = None) -> Scenario:
        """The scenario with values set under every assumption, by their paths: `s.with_(set={"dynamics.momentum": 0.5})`.

        Values are those of a scenario file: numbers, truth values, lists, text.
        """
        return Scenario(self._native.with_changes(settings(set or {})))

    def check(self) -> list[Problem]:
        """Warnings and remarks: what is perhaps not meant."""
        return Problem._all(self._native.check())

    def run(
        self,
        *,
        rounds: float | None = None,
        seed: int | None = None,
        assumption: str | None = None,
        precision: float | None = None,
        threads: int | None = None,
        progress: Progress = None,
        judgements: int | None = None,
        estimate: str | None = None,
        ballots: bool = True,
    ) -> RunResult:
        """Who is chosen under one assumption, and who blocks whom.

        `estimate="conditional"` adds probabilities from the chances of each round. `ballots=False` does not count ballot by
        ballot, which is faster.
        """
        return self._ask(
            "run",
            RunResult,
            progress,
            rounds=rounds,
            seed=seed,
            assumption=assumption,
            precision=precision,
            threads=threads,
            judgements=judgements,
            estimate=estimate,
            ballots=ballots,
        )

    def compare(
        self,
        assumptions: Iterable[str] | None = None,
        *,
        baseline: str | None = None,
        rounds: float | None = None,
        seed: int | None = None,
        precision: float | None = None,
        threads: int | None = None,
        progress: Progress = None,
        judgements: int | None = None,
        ballots: bool = True,
        full: bool = False,
    ) -> CompareResult:
        """How `assumptions`, or all, differ from the `baseline`, `stated` unless another is named, on the same draws.

        `full` lets the text tell everything.
        """
        return self._ask(
            "compare",
            CompareResult,
            progress,
            assumptions=_names(assumptions),
            baseline=baseline,
            rounds=rounds,
            seed=seed,
            precision=precision,
            threads=threads,
            judgements=judgements,
            ballots=ballots,
            full=full,
        )

    def influence(
        self,
        *,
        rounds: float | None = None,
        seed: int | None = None,
        assumption: str | None = None,
        threads: int | None = None,
        progress: Progress = None,
    ) -> InfluenceResult:
        """What each member's veto does: it is taken away, or given where there is none, in turn."""
        return self._ask(
            "influence",
            InfluenceResult,
            progress,
            rounds=rounds,
            seed=seed,
            assumption=assumption,
            threads=threads,
        )

    def leverage(
        self,
        *,
        rounds: float | None = None,
        seed: int | None = None,
        assumption: str | None = None,
        threads: int | None = None,
        progress: Progress = None,
        top: int | None = None,
    ) -> LeverageResult:
        """Where a point of persuasion buys most. The text shows at most `top` members and candidates for each outcome."""
        return self._ask(
            "leverage",
            LeverageResult,
            progress,
            rounds=rounds,
            seed=seed,
            assumption=assumption,
            threads=threads,
            top=top,
        )

    def sweep(
        self,
        vary: Mapping[str, Values] | None = None,
        *,
        sample: str | None = None,
        rounds: float | None = None,
        seed: int | None = None,
        assumption: str | None = None,
        precision: float | None = None,
        threads: int | None = None,
        progress: Progress = None,
        outcome: Iterable[str] | None = None,
    ) -> SweepResult:
        """How often each outcome over a grid, or a `sample`, of settings.

        `vary` has by the path of a setting its values: a list of them, or text as on the command line, `"0:1:0.25"` or, for a
        sample, `"0..1"`; the path `assumption` varies the assumption. `sample` is `"sobol:256"`, `"lhs:100"` or, without
        `vary`, `"judgements:256"`. The text tells of these outcomes (`outcome`), or of all.
        """
        return self._ask(
            "sweep",
            SweepResult,
            progress,
            vary=varied(vary or {}),
            sample=sample,
            rounds=rounds,
            seed=seed,
            assumption=assumption,
            precision=precision,
            threads=threads,
            outcome=_names(outcome),
        )

    def update(
        self,
        *,
        polls: Iterable[str] | None = None,
        assumption: str | None = None,
        particles: int | None = None,
        replicates: int | None = None,
        judgements: int | None = None,
        rounds: float | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = None,
    ) -> UpdateResult:
        """How it ends, given the `polls` held so far, and who gave which answer."""
        options = _given(
            polls=_names(polls),
            assumption=assumption,
            particles=particles,
            replicates=replicates,
            judgements=judgements,
            rounds=rounds,
            seed=seed,
            threads=threads,
        )
        with Watching(progress) as told:
            found = self._native.update(options, told)
        return asked(UpdateResult, found)

    def score(
        self,
        *,
        assumptions: Iterable[str] | None = None,
        judgements: int | None = None,
        rounds: float | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = None,
    ) -> ScoreResult:
        """What chance was given to what happened, beside naive forecasts; of several scenarios see `nemcon.score`."""
        from nemcon._others import score

        return score(
            [self],
            assumptions=assumptions,
            judgements=judgements,
            rounds=rounds,
            seed=seed,
            threads=threads,
            progress=progress,
        )

    def trace(
        self,
        round: float | None = None,
        *,
        outcome: str | None = None,
        nth: int | None = None,
        rounds: float | None = None,
        assumption: str | None = None,
        seed: int | None = None,
        progress: Progress = None,
    ) -> Trace:
        """The story of one round, named by its number, from 0, or by its `outcome`: then the first, or the `nth`, among the
        first `rounds` rounds that ends so."""
        options = _given(round=round, outcome=outcome, nth=nth, rounds=rounds, assumption=assumption, seed=seed)
        with Watching(progress) as told:
            found, interrupted = self._native.trace(options, told)
        trace = None if found is None else Trace(found)
        if interrupted or trace is None:
            raise Interrupted(trace)
        return trace

    def report(
        self,
        path: str | PathLike[str],
        *,
        title: str | None = None,
        sections: Iterable[str] | None = None,
        static: bool = False,
        force: bool = False,
        judgements: int | None = None,
        rounds: float | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = None,
    ) -> None:
        """Writes one page of HTML with everything that can be asked; `static` leaves out what makes it run."""
        options = _given(
            title=title,
            sections=_names(sections),
            static=static,
            force=force,
            judgements=judgements,
            rounds=rounds,
            seed=seed,
            threads=threads,
        )
        with Watching(progress) as told:
            if self._native.report(path, options, told):
                raise Interrupted

    def _ask(self, command: str, kind: type[_R], progress: Progress, **options: Any) -> _R:
        with Watching(progress) as told:
            found = self._native.ask(command, _given(**options), told)
        return asked(kind, found)

    def __repr__(self) -> str:
        changes = f", with {', '.join(self.changes)}" if self.changes else ""
        return f"<nemcon.Scenario {self.title!r}{changes}>"

    def __reduce__(self) -> tuple[Any, ...]:
        if self.path == "-":
            return _again, (loads, self.text, self.changes)
        return _again, (load, self.path, self.changes)


def _again(read: Any, what: str, changes: list[str]) -> Scenario:
    """A scenario that was pickled, read again."""
    scenario: Scenario = read(what)
    return Scenario(scenario._native.with_changes(changes)) if changes else scenario


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _names(names: Iterable[str] | None) -> list[str] | None:
    return [names] if isinstance(names, str) else None if names is None else list(names)
