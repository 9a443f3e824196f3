"""What a cluster costs: two workers of one processor each beside one process with two threads, in interleaved pairs.

    python python/benches/ray_rate.py [ROUNDS] [PAIRS]     # from the root of the repository; a wheel built with --release

Says the rate of both, the median of their ratios, and what a task costs beside what it counts. Starting the cluster is not
counted.
"""

from __future__ import annotations

import logging
import re
import statistics
import sys
import time

import nemcon
import nemcon.ray
import ray
from nemcon.ray import _cluster


class Notes(logging.Handler):
    """Keeps what was said last."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


def seconds(ask: object) -> float:
    began = time.perf_counter()
    ask()  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> None:
    rounds, pairs = int(float((sys.argv[1:] or ["1e8"])[0])), int((sys.argv[2:] or ["5"])[0])
    scenario = nemcon.load("scenarios/nato-2023.toml")
    notes = Notes()
    _cluster.log.addHandler(notes)
    _cluster.log.setLevel(logging.INFO)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="warning")
    options = {"rounds": rounds, "judgements": 0}
    # Workers start, and all is in memory.
    nemcon.ray.run(scenario, rounds=1e6, judgements=0)
    scenario.run(rounds=1e6, judgements=0, threads=2)
    ratios = []
    for pair in range(pairs):
        here = seconds(lambda: scenario.run(**options, threads=2))
        there = seconds(lambda: nemcon.ray.run(scenario, **options))
        ratios.append(here / there)
        rates = f"{rounds / here / 1e6:.2f} and {rounds / there / 1e6:.2f} million rounds a second"
        print(f"pair {pair + 1}: {rates}, {ratios[-1]:.3f}; {notes.last}", flush=True)
    print(f"median of {pairs} ratios: {statistics.median(ratios):.3f}")
    # A worker's time for a task that counts next to nothing.
    _cluster.TASK = _cluster.SHORTEST = 1e-6
    few = 4096 * 2000
    took = seconds(lambda: nemcon.ray.run(scenario, rounds=few, judgements=0))
    tasks = int(re.match(r"\d+", notes.last).group())  # type: ignore[union-attr]
    counting = seconds(lambda: scenario.run(rounds=few, judgements=0, threads=2))
    print(
        f"{tasks} tasks of {few // tasks} rounds: {took:.2f} s, {1000 * 2 * (took - counting) / tasks:.2f} ms beside the rounds, each"
    )


if __name__ == "__main__":
    main()
