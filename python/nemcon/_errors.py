"""What goes wrong with scenarios, and what is raised on Ctrl-C."""

from __future__ import annotations

# Typing takes longer to import than all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from nemcon._others import Trace
    from nemcon._results import Result


class Problem:
    """Something that is wrong with a scenario, or worth a second look."""

    __slots__ = ("code", "column", "file", "help", "line", "message", "severity")

    severity: str
    """`error`, `warning` or `remark`."""
    code: str
    """The kind of problem, as in docs/diagnostics.md."""
    message: str
    help: str | None
    """What to do."""
    file: str
    """The file's path as given; for text `-`, or `set` for values that were set."""
    line: int | None
    """From 1; `None` if it is about the whole file."""
    column: int | None

    def __init__(
        self,
        severity: str,
        code: str,
        message: str,
        help: str | None = None,
        file: str = "",
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        self.severity = severity
        self.code = code
        self.message = message
        self.help = help
        self.file = file
        self.line = line
        self.column = column

    def __repr__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}:{self.column}"
        return f"<{self.severity}[{self.code}] {place}: {self.message}>"

    @classmethod
    def _all(cls, json: str) -> list[Problem]:
        """The problems in what `nemcon check --format json` prints."""
        from json import loads

        keys = ("severity", "code", "message", "help", "file", "line", "column")
        return [cls(*(problem[key] for key in keys)) for problem in loads(json)["problems"]]


class ScenarioError(ValueError):
    """A scenario, or what was set in it, is wrong. The message is what `nemcon check` shows."""

    problems: list[Problem]
    """Everything that is wrong, in the order of files and lines."""

    def __init__(self, message: str, problems: str | list[Problem] = "") -> None:
        super().__init__(message)
        if isinstance(problems, str):
            problems = Problem._all(problems) if problems else []
        self.problems = problems

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[str, list[Problem]]]:
        return type(self), (str(self), self.problems)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C stopped the simulation after the rounds at hand."""

    partial: Result | Trace | None
    """What came out of the rounds until then; `None` if there is nothing to say."""

    def __init__(self, partial: Result | Trace | None = None) -> None:
        super().__init__("interrupted" if partial is None else f"interrupted: {partial!r}")
        self.partial = partial
