"""Counting on a cluster: a question is cut into tasks, and what they count is added up here."""

from __future__ import annotations

import logging
import time
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import ray
from ray import exceptions

from nemcon import _native
from nemcon._progress import Watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike

    from nemcon._progress import Progress
    from nemcon._scenario import Scenario

    Told = Callable[[int, int], object] | None
    Answered = tuple[_native.Found | None, bool]

log = logging.getLogger("nemcon.ray")

# Given a type here, for Ray gives it none.
resources: Callable[[], dict[str, float]] = ray.cluster_resources

# Seconds that a task should take, and that the last ones take at least.
TASK = 1.0
SHORTEST = 0.1
# How many times as large as any before it a task may be, as long as it is not known how long it takes.
GROWTH = 16
# Tasks under way for each processor: one is counted and one waits for it to be done.
AHEAD = 2
# Seconds between two checkpoints at least, and between two looks at how many processors there are.
SAVE_EVERY = 10.0
LOOK_EVERY = 2.0
# Seconds to wait for a task before looking at the clock.
STEP = 0.5
# How often a task may be lost before it is taken to be its own fault.
LOSSES = 20

# That a worker or a node is gone, or with it what it counted.
LOST = (
    exceptions.WorkerCrashedError,
    exceptions.NodeDiedError,
    exceptions.LocalRayletDiedError,
    exceptions.ObjectLostError,
    exceptions.OutOfMemoryError,
)


class Question(NamedTuple):
    """A question as it is sent to workers: a scenario with its tables, and what is asked about it."""

    scenario: tuple[PathLike[str], str, dict[str, str], list[str]]
    command: str
    options: dict[str, Any]

    def prepared(self) -> _native.Parts:
        """The question, ready to be counted."""
        return _native.Parts(_native.unpacked(*self.scenario), self.command, self.options, False)


# A worker's last question, prepared, by its key.
_held: tuple[str, _native.Parts] | None = None


@ray.remote(num_cpus=1, max_retries=0)
def count(key: str, sent: list[ray.ObjectRef[Question]], start: int, end: int) -> tuple[bytes, float]:
    """What a worker does: counts these units, on one processor. The question comes once; it is not sent with each task."""
    global _held
    if _held is None or _held[0] != key:
        _held = (key, ray.get(sent[0]).prepared())
    part, seconds = _held[1].count(start, end, 1)
    return zlib.compress(part, 1), seconds


class Tasks:
    """The tasks of one question."""

    def __init__(self, parts: _native.Parts, question: Question) -> None:
        self.parts = parts
        self.key = uuid4().hex
        self.question = ray.put(question)
        self.running: dict[ray.ObjectRef[tuple[bytes, float]], tuple[int, int]] = {}
        # Those that were lost, and how often.
        self.again: list[tuple[int, int]] = []
        self.losses: dict[tuple[int, int], int] = {}
        self.next = parts.done
        self.processors = 1
        self.looked = -LOOK_EVERY
        # Units that a worker counts in a second, and those of the largest task that was done.
        self.rate = 0.0
        self.largest = 0
        self.sent = self.done = self.lost = 0

    def finish(self, each: Callable[[], None]) -> None:
        """Counts all that there is to count; `each` is called every now and then."""
        while True:
            self.send()
            if not self.running:
                if not self.parts.go_on():
                    return
                continue
            running = list(self.running)
            ready, _ = ray.wait(running, num_returns=1, timeout=STEP)
            if ready:
                ready, _ = ray.wait(running, num_returns=len(running), timeout=0)
            for task in ready:
                self.take(task)
            each()

    def send(self) -> None:
        """Sends as many tasks as keep all processors busy."""
        if time.monotonic() >= self.looked + LOOK_EVERY:
            self.processors = max(1, int(resources().get("CPU", 0)))
            self.looked = time.monotonic()
        while len(self.running) < AHEAD * self.processors and (units := self.cut()) is not None:
            self.running[count.remote(self.key, [self.question], *units)] = units
            self.sent += 1

    def cut(self) -> tuple[int, int] | None:
        """The units of the next task."""
        if self.again:
            return self.again.pop()
        left = self.parts.until - self.next
        if left == 0:
            return None
        # A few points are counted faster together, if there are enough for all.
        grain = self.parts.grain if self.parts.unit == "round" else min(self.parts.grain, left // self.processors or 1)
        # The last tasks are shorter, so that all processors are done at about the same time.
        fair = max(left / (AHEAD * self.processors), SHORTEST * self.rate)
        size = min(TASK * self.rate, fair, GROWTH * self.largest)
        start = self.next
        self.next = min((start // grain + max(1, int(size) // grain)) * grain, self.parts.until)
        return start, self.next

    def take(self, task: ray.ObjectRef[tuple[bytes, float]]) -> None:
        """Adds what a task counted, or has it done again if that is lost."""
        units = self.running.pop(task)
        try:
            part, seconds = ray.get(task)
        except LOST as error:
            self.lose(units, error)
            return
        self.parts.add(zlib.decompress(part))
        self.done += 1
        size = units[1] - units[0]
        rate = size / max(seconds, 1e-6)
        self.rate = rate if size > self.largest else (self.rate + rate) / 2
        self.largest = max(self.largest, size)

    def lose(self, units: tuple[int, int], error: Exception) -> None:
        """Puts a task first in the line again."""
        self.lost += 1
        times = self.losses[units] = self.losses.get(units, 0) + 1
        what = f"{self.parts.unit}s {units[0]} to {units[1] - 1}"
        if times == LOSSES:
            raise RuntimeError(f"{what} were lost {times} times, the last time because: {error}") from error
        log.warning("%s were lost and are counted again: %s", what, str(error).partition("\n")[0])
        self.again.append(units)

    def cancel(self) -> None:
        """Stops what is under way."""
        for task in self.running:
            ray.cancel(task, force=True)
        self.running.clear()


@contextmanager
def connected(address: str | None) -> Iterator[None]:
    """Connects with a cluster, if the program is not connected yet, for as long as it takes."""
    if ray.is_initialized():
        yield
        return
    ray.init(address=address, logging_level=logging.WARNING, log_to_driver=False)
    try:
        yield
    finally:
        ray.shutdown()


def ask(
    scenario: Scenario,
    command: str,
    options: dict[str, Any],
    address: str | None,
    checkpoint: str | PathLike[str] | None,
    progress: Progress,
) -> Answered:
    """Answers a question; also whether Ctrl-C stopped it."""
    parts = _native.Parts(scenario._native, command, options, True)
    question = Question(scenario._native.packed(), command, options)
    file = None
    if checkpoint is not None:
        file = _native.Checkpoint(checkpoint, scenario._native)
        path = Path(checkpoint)
        if path.exists():
            parts.resume(path.read_bytes())
        # At once, so that a bad path fails before the run.
        file.write(parts.save())
    with connected(address), Watching(progress) as told:
        interrupted = gather(parts, question, told, file)
    return parts.found(), interrupted


def score(scenarios: list[Scenario], options: dict[str, Any], address: str | None, progress: Progress) -> Answered:
    """Scores what scenarios give to what happened: one question for each and for each of its assumptions."""
    scoring = _native.Scoring([scenario._native for scenario in scenarios], options)
    asked = []
    for place, asks in scoring.questions:
        native = scenarios[place]._native
        asked.append((_native.Parts(native, "run", asks, False), Question(native.packed(), "run", asks)))
    total = sum(parts.progress[1] for parts, _ in asked)
    before, counts, interrupted = 0, [], False
    with connected(address), Watching(progress) as told:
        for parts, question in asked:
            shift = None if told is None else (lambda done, _, told=told, before=before: told(before + done, total))
            interrupted = gather(parts, question, shift, None)
            counts.append(parts.save())
            before += parts.progress[0]
            if interrupted:
                break
    return scoring.found(counts), interrupted


def gather(parts: _native.Parts, question: Question, told: Told, file: _native.Checkpoint | None) -> bool:
    """Has all of a question counted, saves the counts meanwhile and tells how far it is; whether Ctrl-C stopped it."""
    began = time.monotonic()
    tasks, due = Tasks(parts, question), began + SAVE_EVERY

    def each() -> None:
        nonlocal due
        if told is not None:
            told(*parts.progress)
        now = time.monotonic()
        if file is not None and now >= due:
            file.write(parts.save())
            # However large the counts are, saving them takes a small part of the time.
            due = time.monotonic() + max(SAVE_EVERY, 20 * (time.monotonic() - now))

    interrupted = False
    try:
        tasks.finish(each)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        tasks.cancel()
        if file is not None:
            file.write(parts.save())
    log.info(
        "%d tasks in %.1f s, %d of them done again because they were lost",
        tasks.sent,
        time.monotonic() - began,
        tasks.lost,
    )
    return interrupted
