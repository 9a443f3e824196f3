"""How far a question is."""

from __future__ import annotations

# Typing takes longer to import than all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = bool | Callable[[int, int], object] | None


class _Line:
    """A line on standard error that is written again and again."""

    def __init__(self) -> None:
        from time import monotonic

        self._clock = monotonic
        self._start = monotonic()
        self._length = 0

    def __call__(self, done: int, total: int) -> None:
        import sys

        seconds = max(self._clock() - self._start, 1e-3)
        rate = done / seconds
        left = f", {(total - done) / rate:.0f} s left" if 0 < done < total else ""
        text = f"{100 * done // max(total, 1)} %  {done:,} of {total:,} rounds, {rate:,.0f}/s{left}".replace(",", " ", 0)
        print("\r" + text.ljust(self._length), end="", file=sys.stderr, flush=True)
        self._length = len(text)

    def close(self) -> None:
        import sys

        if self._length:
            print(file=sys.stderr)


class _Bar:
    """A bar of tqdm's."""

    def __init__(self) -> None:
        from tqdm.auto import tqdm

        self._bar = tqdm(unit=" rounds", unit_scale=True, delay=0.5)

    def __call__(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        self._bar.close()


class Watching:
    """What is told how far a question is, while it is asked."""

    def __init__(self, progress: Progress) -> None:
        self._shown: _Bar | _Line | None = None
        if progress is True:
            try:
                self._shown = _Bar()
            except ImportError:
                self._shown = _Line()
        self._told = progress if callable(progress) else self._shown

    def __enter__(self) -> Callable[[int, int], object] | None:
        return self._told

    def __exit__(self, *error: object) -> None:
        if self._shown is not None:
            self._shown.close()
