"""A place for one child process: started when it is needed, kept while it is well, then replaced."""

from __future__ import annotations

from server.solving.process import Child


class Slot:
    """One per search at a time. `quick`: only for searches that are over in seconds."""

    def __init__(self, megabytes: int, *, quick: bool) -> None:
        self.quick = quick
        self._megabytes = megabytes
        self._child: Child | None = None

    async def child(self) -> Child:
        """A child that waits for work: the one that is there, or a fresh one. Raises `Died`."""
        child = self._child
        if child is not None and child.alive and child.megabytes() < self._megabytes / 2:
            return child
        await self.kill()
        self._child = child = await Child.start(self._megabytes)
        return child

    @property
    def pid(self) -> int | None:
        """The child's, while there is one."""
        return self._child.pid if self._child is not None and self._child.alive else None

    def forget(self) -> None:
        """The child is gone by itself."""
        self._child = None

    async def kill(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()
