"""`production-tool` whose workers take over from a dead one within two seconds: tests kill them."""

import sys
from datetime import timedelta

from db import jobs
from server.cli import main
from server.feeds import deliverer

if __name__ == "__main__":
    jobs.TAKE_OVER = timedelta(seconds=1)
    deliverer.LEASE = timedelta(seconds=2)
    sys.exit(main())
