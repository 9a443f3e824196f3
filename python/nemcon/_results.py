"""What questions come to."""

from __future__ import annotations

from nemcon._table import Table

# Typing takes longer to import than all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import Any

    from nemcon._native import Found


class Result:
    """What a question came to. Its tables are attributes, called as the CSV files of the command line."""

    __slots__ = ("_found", "_tables")

    def __init__(self, found: Found) -> None:
        self._found = found
        self._tables: dict[str, Table] = {}

    @property
    def rounds(self) -> int:
        """Rounds simulated: of a sweep those of all points, of an update replicates."""
        return self._found.extent[0]

    @property
    def rounds_asked(self) -> int:
        """Rounds that there were to be."""
        return self._found.extent[1]

    @property
    def partial(self) -> bool:
        """Whether it was stopped before the last round."""
        return self.rounds < self.rounds_asked

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return self._found.title

    @property
    def repeat(self) -> str:
        """The command line that finds the same again."""
        return self._found.repeat

    @property
    def tables(self) -> dict[str, Table]:
        """All tables by their names."""
        return {name: self._table(name) for name in self._found.tables}

    def to_json(self) -> str:
        """Everything, as `--format json` prints it."""
        return self._found.json()

    def to_dict(self) -> dict[str, Any]:
        """The same as a dictionary."""
        from json import loads

        data: dict[str, Any] = loads(self.to_json())
        return data

    def to_markdown(self) -> str:
        """The main table in Markdown."""
        return self._found.markdown()

    def to_latex(self) -> str:
        """The main table as a LaTeX `tabular`."""
        return self._found.latex()

    def text(self, width: int = 100) -> str:
        """Everything that there is to read, as the command line shows it."""
        return self._found.text(min(max(width, 1), 65535))

    def save(self, folder: str | PathLike[str], force: bool = False) -> None:
        """Writes the folder that `--out` writes: the CSV files and `run.json`. `force` overwrites what is there."""
        self._found.save(folder, force)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        of = f"{self.rounds} of {self.rounds_asked}" if self.partial else str(self.rounds)
        return f"<nemcon.{type(self).__name__} {self.title!r}: {of} rounds>"

    def _repr_html_(self) -> str:
        of = f"PARTIAL: {self.rounds} of {self.rounds_asked}" if self.partial else f"{self.rounds}"
        return self._found.html(f"{of} rounds. Repeat: {self.repeat}")

    def _table(self, name: str) -> Table:
        table = self._optional(name)
        if table is None:
            raise AttributeError(f"there is no table {name!r} here; there are {', '.join(self._found.tables)}")
        return table

    def _optional(self, name: str) -> Table | None:
        if name not in self._tables:
            found = self._found.table(name)
            if found is None:
                return None
            self._tables[name] = Table(name, *found)
        return self._tables[name]




class _Selected(Result):
    """Tables of `run`, and of `compare` for every assumption."""

    __slots__ = ()

    @property
    def outcomes(self) -> Table:
        """How often each outcome occurs."""
        return self._table("outcomes")

    @property
    def candidates(self) -> Table:
        """How each candidate fares."""
        return self._table("candidates")

    @property
    def vetoes(self) -> Table:
        """Who vetoes whom."""
        return self._table("vetoes")

    @property
    def blocking_sets(self) -> Table:
        """Who blocks together."""
        return self._table("blocking_sets")

    @property
    def ballots(self) -> Table:
        """When rounds end."""
        return self._table("ballots")

    @property
    def polls(self) -> Table | None:
        """How candidates fare at every ballot; `None` with `ballots=False` and for conditional estimates."""
        return self._optional("polls")

    @property
    def waiting(self) -> Table | None:
        """What waiting is worth; `None` where no member has foresight."""
        return self._optional("waiting")

    @property
    def ranges(self) -> Table | None:
        """How far probabilities range over the scenario's judgements; `None` where none are drawn."""
        return self._optional("ranges")

    @property
    def judgements(self) -> Table | None:
        """What came out at each point where judgements are drawn; `None` where none are."""
        return self._optional("judgements")

    @property
    def judgement_indices(self) -> Table | None:
        """Which judgement matters; `None` where none are drawn."""
        return self._optional("judgement_indices")


class RunResult(_Selected):
    """Who is chosen under one assumption, and who blocks whom."""

    __slots__ = ()

    @property
    def conditional(self) -> Table | None:
        """Probabilities from the chances of each round; `None` without `estimate="conditional"`."""
        return self._optional("conditional")


class CompareResult(_Selected):
    """How assumptions differ on the same draws."""

    __slots__ = ()

    @property
    def comparison(self) -> Table:
        """How much more often each outcome occurs than under the baseline."""
        return self._table("comparison")

    @property
    def flows(self) -> Table:
        """Where the baseline's rounds go."""
        return self._table("flows")

    @property
    def acceptable(self) -> Table:
        """How much more often each candidate would pass."""
        return self._table("acceptable")

    @property
    def comparison_ranges(self) -> Table | None:
        """How far differences range over judgements; `None` where none are drawn."""
        return self._optional("comparison_ranges")


class InfluenceResult(Result):
    """What each member's veto does."""

    __slots__ = ()

    @property
    def influence(self) -> Table:
        """By member and outcome."""
        return self._table("influence")


class LeverageResult(Result):
    """Where a point of persuasion buys most."""

    __slots__ = ()

    @property
    def leverage(self) -> Table:
        """By member, candidate and outcome."""
        return self._table("leverage")


class SweepResult(Result):
    """What settings do."""

    __slots__ = ()

    @property
    def sweep(self) -> Table:
        """By point and outcome, with the settings as columns."""
        return self._table("sweep")

    @property
    def sensitivity(self) -> Table | None:
        """Which settings matter; `None` unless sampled by `sobol:N`."""
        return self._optional("sensitivity")


class UpdateResult(Result):
    """How it ends, given the polls so far."""

    __slots__ = ()

    @property
    def refusal(self) -> str | None:
        """Why there is nothing about the polls that are missing; `None` if none is."""
        refusal: str | None = self.to_dict()["refusal"]
        return refusal

    @property
    def updated(self) -> Table:
        """How often each outcome occurs after each poll."""
        return self._table("updated")

    @property
    def answers(self) -> Table:
        """Who gave which answer."""
        return self._table("answers")

    @property
    def predictions(self) -> Table:
        """What was expected of each poll before it was seen."""
        return self._table("predictions")

    @property
    def updated_judgements(self) -> Table:
        """What the polls say of the scenario's judgements."""
        return self._table("updated_judgements")


class ScoreResult(Result):
    """What chance was given to what happened."""

    __slots__ = ()

    @property
    def scores(self) -> Table:
        """By scenario and assumption."""
        return self._table("scores")

    @property
    def mean_scores(self) -> Table:
        """On average."""
        return self._table("mean_scores")
