"""While a question is asked: Ctrl-C, progress, other threads."""

from __future__ import annotations

import os
import signal
import threading
import time

import nemcon
import pytest

# More rounds than a test would ever wait for.
FOREVER = 10**12


def interrupt_once(begun: threading.Event) -> threading.Thread:
    """Sends SIGINT to this program as soon as rounds are simulated."""

    def send() -> None:
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_an_interrupted_run_has_the_first_rounds(small: nemcon.Scenario) -> None:
    begun = threading.Event()
    thread = interrupt_once(begun)
    with pytest.raises(nemcon.Interrupted) as raised:
        small.run(rounds=FOREVER, progress=lambda done, total: begun.set() if done else None)
    thread.join()
    assert isinstance(raised.value, KeyboardInterrupt)
    partial = raised.value.partial
    assert isinstance(partial, nemcon.RunResult)
    assert partial.partial and 0 < partial.rounds < FOREVER
    assert sum(partial.outcomes["count"]) == partial.rounds
    # The rounds are those of a run that asks for just so many.
    whole = small.run(rounds=partial.rounds)
    assert whole.outcomes.to_csv() == partial.outcomes.to_csv()


def test_other_exceptions_of_signals_pass(small: nemcon.Scenario) -> None:
    class Alarm(Exception):
        pass

    def ring(number: int, frame: object) -> None:
        raise Alarm

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Alarm):
            small.run(rounds=FOREVER)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_progress_is_told_and_may_stop_it(small: nemcon.Scenario) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done:
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        small.run(rounds=FOREVER, progress=progress)
    assert told[-1][0] > 0 and told[-1][1] == FOREVER
    told.clear()
    small.run(rounds=5000, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (5000, 5000)


def test_progress_is_shown(small: nemcon.Scenario, capfd: pytest.CaptureFixture[str]) -> None:
    small.run(rounds=5000, progress=True)
    small.run(rounds=5000)
    assert capfd.readouterr().out == ""


def test_other_threads_go_on(small: nemcon.Scenario) -> None:
    # While this thread waits for the run it never gives the lock away by itself: whoever ticks does so without it.
    ticks: list[float] = []
    begun, over = threading.Event(), threading.Event()

    def tick() -> None:
        begun.wait()
        while not over.is_set():
            ticks.append(time.monotonic())
            if len(ticks) == 200:
                os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.0005)

    thread = threading.Thread(target=tick)
    thread.start()
    with pytest.raises(nemcon.Interrupted):
        small.run(rounds=FOREVER, progress=lambda done, total: begun.set())
    over.set()
    thread.join()
    assert len(ticks) >= 200


def test_threads_ask_at_the_same_time(small: nemcon.Scenario) -> None:
    results: dict[int, bytes] = {}

    def ask(seed: int) -> None:
        results[seed] = small.run(rounds=3000, seed=seed, threads=1).outcomes.to_csv()

    threads = [threading.Thread(target=ask, args=(seed % 2,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {seed: small.run(rounds=3000, seed=seed).outcomes.to_csv() for seed in (0, 1)}
