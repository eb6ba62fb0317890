"""A client's replica in plain Python, written from the wire contract and from nothing of ours.

It knows three rules (delete, drop ended bookings, else replace), the order of sequence numbers,
and nothing else; the TypeScript replica replays the same golden traces.
"""

from __future__ import annotations

from typing import Any

PLURALS = {
    "member": "members",
    "artist": "artists",
    "project": "projects",
    "phase": "phases",
    "dependency": "dependencies",
    "milestone": "milestones",
    "booking": "bookings",
    "challenge": "challenges",
    "time_off": "times_off",
    "scenario": "scenarios",
    "scenario_change": "scenario_changes",
}
LIVE = {"hold", "pencil", "confirmed", "busy"}


def _has_ended(kind: str, entity: dict[str, Any]) -> bool:
    if kind == "booking":
        return entity["status"] not in LIVE
    if kind == "time_off":
        return entity["state"] not in {"requested", "approved"}
    if kind == "scenario":
        return entity["state"] != "open"
    return kind == "challenge" and entity["closed_at"] is not None


class Replica:
    """Confirmed state at `seq`; batches that come too early wait in `early`."""

    def __init__(self, epoch: str, seq: int, state: dict[str, Any]) -> None:
        self.epoch = epoch
        self.seq = seq
        self.tenant = state.get("tenant")
        self.entities: dict[str, dict[str, Any]] = {
            plural: {e["id"]: e for e in state.get(plural, [])} for plural in PLURALS.values()
        }
        self.early: list[dict[str, Any]] = []

    def receive(self, batch: dict[str, Any]) -> bool:
        """Take a batch in; False where one before it is missing."""
        if batch["epoch"] != self.epoch:
            return False
        self.early.append(batch)
        progressed = True
        while progressed:
            progressed = False
            for waiting in list(self.early):
                if waiting["to_seq"] <= self.seq:
                    self.early.remove(waiting)
                elif waiting["from_seq"] <= self.seq + 1:
                    self._apply(waiting)
                    self.early.remove(waiting)
                    progressed = True
        return not self.early

    def _apply(self, batch: dict[str, Any]) -> None:
        for event in batch["events"]:
            if event["seq"] > self.seq:
                self._apply_event(event)
        self.seq = batch["to_seq"]

    def _apply_event(self, event: dict[str, Any]) -> None:
        kind, entity_id = event["entity"]["kind"], event["entity"]["id"]
        if kind == "tenant":
            self.tenant = event["data"]["tenant"]
            return
        entities = self.entities[PLURALS[kind]]
        entity = event["data"].get(kind)
        if event["type"].endswith(".deleted") or _has_ended(kind, entity):
            entities.pop(entity_id, None)
        else:
            entities[entity_id] = entity

    def state(self) -> dict[str, Any]:
        """As a snapshot would say it: lists in order of id."""
        shown: dict[str, Any] = {"tenant": self.tenant}
        for plural, entities in self.entities.items():
            shown[plural] = [entities[i] for i in sorted(entities)]
        return shown
