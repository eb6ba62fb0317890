"""The server without group commit, as a baseline: every command has a transaction and a commit to itself."""

import sys

from realtime import execute
from server.cli import main

if __name__ == "__main__":
    execute.BATCH = 1
    sys.exit(main())
