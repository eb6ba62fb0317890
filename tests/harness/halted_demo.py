"""`production-tool` whose demo stands still once people and work are seeded: tests stop it there."""

import asyncio
import sys
from collections.abc import Sequence

from realtime.execute import Executor
from scheduling.commands import SingleCommand
from scheduling.permissions import Actor
from server import seed
from server.cli import main
from server.seed import Tell

send = seed._send


async def send_half(
    executor: Executor, actor: Actor, part: str, commands: Sequence[SingleCommand], tell: Tell
) -> None:
    """Send a part, and nothing after the work."""
    await send(executor, actor, part, commands, tell)
    if part.endswith(": work"):
        print("half of it is seeded", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    seed._send = send_half
    sys.exit(main())
