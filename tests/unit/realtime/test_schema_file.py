"""The JSON Schema in the clients' folder, from which their types come, is the one of this code."""

from __future__ import annotations

import json
from pathlib import Path

from realtime.protocol.export import schema

FILE = Path(__file__).parents[3] / "clients/shared/schema/protocol.schema.json"


def test_the_clients_types_come_from_the_contract_as_it_is() -> None:
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(schema())), (
        f"run: python -m realtime.protocol.export > {FILE.name}, then npm run protocol in clients/shared"
    )
