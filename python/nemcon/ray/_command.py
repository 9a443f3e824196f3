"""The command line: `nemcon-ray`, or `python -m nemcon.ray`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nemcon
import nemcon.ray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What to exit with, as `nemcon` does; 69 is EX_UNAVAILABLE of sysexits.h.
USAGE, SCENARIO, UNREADABLE, NO_RAY, CANNOT_CREATE, CANNOT_WRITE, INTERRUPTED = 2, 65, 66, 69, 73, 74, 130

EXAMPLES = """\
examples:
  nemcon-ray run scenarios/nato-2023.toml --address auto --rounds 1e11 --checkpoint nato.json --out results
  nemcon-ray run scenarios/nato-2023.toml --address auto --rounds 1e11 --resume nato.json --out results
  nemcon-ray sweep scenarios/nato-2023.toml --vary dynamics.momentum=0:1:0.01 --rounds 1e8 --out results

Every node needs `pip install 'nemcon[ray]'`, in the same version; only this machine needs the scenario.
Exit codes are those of nemcon; without Ray it is 69."""


class Failure(Exception):
    """What went wrong, and what to exit with."""

    def __init__(self, code: int, what: object) -> None:
        super().__init__(str(what))
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command in `arguments`, or in `sys.argv`; what to exit with."""
    options = parser().parse_args(arguments)
    try:
        return execute(options)
    except Failure as failure:
        text = str(failure)
        print(text if text.startswith("error") else f"error: {text}", file=sys.stderr)
        return failure.code


def execute(options: argparse.Namespace) -> int:
    try:
        scenarios = [nemcon.load(path) for path in options.scenarios]
        scenarios = [nemcon.Scenario(it._native.with_changes(options.set)) if options.set else it for it in scenarios]
    except nemcon.ScenarioError as error:
        raise Failure(SCENARIO, error) from error
    except ValueError as error:
        raise Failure(USAGE, error) from error
    except OSError as error:
        raise Failure(UNREADABLE, error) from error
    if not options.quiet:
        for problem in (problem for it in scenarios for problem in it.check()):
            print(f"{problem.severity}[{problem.code}]: {problem.message}", file=sys.stderr)
    if options.out is not None and not options.force and (Path(options.out) / "run.json").exists():
        raise Failure(
            CANNOT_CREATE, f"{options.out} has results already\n  choose another folder, or overwrite with --force"
        )
    try:
        result, code = options.ask(scenarios, options), 0
    except nemcon.Interrupted as interrupted:
        if not isinstance(interrupted.partial, nemcon.Result):
            print("interrupted before any round was finished: nothing is written", file=sys.stderr)
            return INTERRUPTED
        result, code = interrupted.partial, INTERRUPTED
    except ImportError as error:
        raise Failure(NO_RAY, error) from error
    except nemcon.ScenarioError as error:
        raise Failure(SCENARIO, error) from error
    except ValueError as error:
        raise Failure(SCENARIO if str(error).startswith("checkpoint") else USAGE, error) from error
    except ConnectionError as error:
        raise Failure(NO_RAY, error) from error
    except OSError as error:
        raise Failure(CANNOT_WRITE, error) from error
    try:
        if options.out is not None:
            result.save(options.out, force=options.force)
        show(result, options.format)
    except FileExistsError as error:
        raise Failure(CANNOT_CREATE, error) from error
    except OSError as error:
        raise Failure(CANNOT_WRITE, error) from error
    return code


def show(result: nemcon.Result, format: str) -> None:
    """Writes a result to standard output."""
    from shutil import get_terminal_size

    shown: dict[str, Callable[[], str]] = {
        "table": lambda: result.text(get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100),
        "csv": lambda: result._found.csv().decode(),
        "json": result.to_json,
        "md": result.to_markdown,
        "latex": result.to_latex,
    }
    sys.stdout.buffer.write(shown[format]().encode())
    sys.stdout.buffer.flush()


def ask(function: Callable[..., nemcon.Result], *names: str) -> Callable[..., nemcon.Result]:
    """Asks a `function` of `nemcon.ray` with the options of these `names`."""

    def asked(scenarios: list[nemcon.Scenario], options: argparse.Namespace) -> nemcon.Result:
        given = {name: getattr(options, name) for name in (*names, "rounds", "seed", "address")}
        given["progress"] = not options.quiet
        if function is nemcon.ray.score:
            return function(scenarios, **given)
        saved = checkpoint(options)
        if function in (nemcon.ray.run, nemcon.ray.compare):
            # As `nemcon` does, since it takes time: only if it goes into a file or JSON.
            given["ballots"] = options.out is not None or options.format == "json" or saved is not None
        return function(scenarios[0], **given, checkpoint=saved)

    return asked


def checkpoint(options: argparse.Namespace) -> str | None:
    """The file in which counts are saved: one that is not there yet, or, to go on, one that is."""
    begun: str | None = options.checkpoint
    resumed: str | None = options.resume
    if begun is not None and Path(begun).exists():
        if not options.force:
            help = "go on with it by --resume, choose another name, or overwrite with --force"
            raise Failure(CANNOT_CREATE, f"{begun} exists\n  {help}")
        Path(begun).unlink()
    if resumed is not None and not Path(resumed).exists():
        raise Failure(UNREADABLE, f"{resumed} cannot be read: there is no such file")
    return begun or resumed


def number(text: str) -> float:
    """A whole number, also written as 1e6 or 1_000_000."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    make: dict[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": EXAMPLES, "allow_abbrev": False}
    top: Any = argparse.ArgumentParser(prog="nemcon-ray", description="nemcon on a Ray cluster.", **make)
    top.add_argument("--version", action="version", version=f"nemcon-ray {nemcon.__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help: str, asked: Callable[..., nemcon.Result], several: bool = False) -> Any:
        it = commands.add_parser(
            name, help=help, description=f"{help[0].upper()}{help[1:]}: `nemcon {name}` on a cluster.", **make
        )
        it.set_defaults(ask=asked)
        it.add_argument("scenarios", metavar="SCENARIO", nargs="+" if several else 1, help="the scenario file")
        it.add_argument(
            "--address",
            help="that of a cluster; auto: the one of this machine; otherwise RAY_ADDRESS, or this machine alone",
        )
        it.add_argument(
            "--rounds", type=number, metavar="N", help="rounds, such as 1e11; otherwise as many as the scenario says"
        )
        it.add_argument("--seed", type=number, metavar="S", help="seed of all random numbers; otherwise the scenario's")
        it.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="PATH=VALUE",
            help="change a value; may be given several times",
        )
        it.add_argument("--out", metavar="DIR", help="write the results as CSV files and run.json into this folder")
        it.add_argument(
            "--format",
            choices=["table", "csv", "json", "md", "latex"],
            default="table",
            help="what standard output shows",
        )
        it.add_argument("--force", action="store_true", help="overwrite files that exist")
        it.add_argument("--quiet", action="store_true", help="no progress and no warnings")
        if not several:
            saved = it.add_mutually_exclusive_group()
            saved.add_argument(
                "--checkpoint", metavar="FILE", help="save the counts to this file about every ten seconds"
            )
            saved.add_argument("--resume", metavar="FILE", help="go on where this checkpoint ends, and save to it")
        return it

    def judged(it: Any) -> None:
        it.add_argument(
            "--judgements", type=number, metavar="N", help="draw judgements at N points, a multiple of 32; 0: at none"
        )

    def precise(it: Any) -> None:
        it.add_argument(
            "--precision", type=float, metavar="P", help="double the rounds until every 95 %% interval is within ±P"
        )

    def assuming(it: Any) -> None:
        it.add_argument("--assumption", metavar="NAME", help="the assumption about who can veto; otherwise `stated`")

    def names(text: str) -> list[str]:
        return text.split(",")

    it = command(
        "run",
        "who is chosen, and who blocks whom",
        ask(nemcon.ray.run, "assumption", "precision", "judgements", "estimate"),
    )
    it.add_argument("--estimate", choices=["counted", "conditional"], help="how probabilities are estimated")
    for add in (assuming, judged, precise):
        add(it)
    it = command(
        "compare",
        "how assumptions differ on the same draws",
        ask(nemcon.ray.compare, "assumptions", "baseline", "precision", "judgements", "full"),
    )
    it.add_argument("--assumptions", type=names, metavar="NAMES", help="separated by commas; otherwise all")
    it.add_argument("--baseline", metavar="NAME", help="what they are compared with; otherwise `stated`")
    it.add_argument("--full", action="store_true", help="show everything")
    for add in (judged, precise):
        add(it)
    assuming(command("influence", "what each member's veto does", ask(nemcon.ray.influence, "assumption")))
    it = command("sweep", "what settings do", ask(swept, "vary", "sample", "outcome", "assumption", "precision"))
    it.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="PATH=VALUES",
        help="a setting and its values: a,b,c or from:to:step or lo..hi",
    )
    it.add_argument("--sample", metavar="DESIGN:N", help="sobol:N, lhs:N or judgements:N in place of every combination")
    it.add_argument(
        "--outcome", type=names, metavar="OUTCOMES", help="those that the text is about, separated by commas"
    )
    for add in (assuming, precise):
        add(it)
    it = command(
        "score",
        "what chance was given to what happened",
        ask(nemcon.ray.score, "assumptions", "judgements"),
        several=True,
    )
    it.add_argument(
        "--assumptions", type=names, metavar="NAMES", help="those of every scenario, separated by commas, or all"
    )
    judged(it)
    return top  # type: ignore[no-any-return]


def swept(scenario: nemcon.Scenario, *, vary: list[str], **options: Any) -> nemcon.SweepResult:
    """`sweep` with settings as the command line writes them."""
    written = dict(setting.partition("=")[::2] for setting in vary)
    if len(written) < len(vary):
        raise ValueError("vary: a setting is given twice")
    return nemcon.ray.sweep(scenario, written, **options)


if __name__ == "__main__":
    sys.exit(main())
