"""`python -m nemcon.ray`."""

import sys

from nemcon.ray._command import main

if __name__ == "__main__":
    sys.exit(main())
