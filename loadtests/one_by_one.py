"""The server without group commit, as a baseline: every command has a transaction and a commit to itself."""

import sys

from realtime import line
from server.cli import main

if __name__ == "__main__":
    line.BATCH = 1
    sys.exit(main())
