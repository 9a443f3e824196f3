"""The command line: `nemcon`, or `python -m nemcon`."""

from __future__ import annotations

import signal
import sys

from nemcon._native import main as _main


def main() -> int:
    """Runs the command in `sys.argv`; what to exit with."""
    # The program looks after Ctrl-C itself. What it was told to ignore stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _main(["nemcon", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
