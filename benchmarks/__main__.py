"""`python -m benchmarks [B1 B2 B3 B4 B5 B6 B12 B15] [--json FILE] [--quick]`."""

from __future__ import annotations

import sys

from benchmarks.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
