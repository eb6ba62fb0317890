"""Follow a studio's schedule: what is there, then what happens, for ever.

python follow_schedule.py http://127.0.0.1:8000 owner@demo.studio PASSWORD [EVENTS]
"""

from __future__ import annotations

import sys

from production_tool_client import ApiError, Client, Reset, Unreachable


def main(url: str, email: str, password: str, most: int | None = None) -> None:
    with Client.sign_in(url, email, password) as studio:
        name = studio.get("tenants/current")["name"]
        live = sum(1 for _ in studio.pages("bookings"))
        print(f"{name}: {live} live bookings", flush=True)
        for count, item in enumerate(studio.follow(types=("booking.*",)), start=1):
            if isinstance(item, Reset):
                print("The history was replaced; read everything anew.", flush=True)
                continue
            booking = item.data["booking"]
            print(f"{item.seq} {item.type} {booking['title']!r} by {item.actor.get('name')}", flush=True)
            if count == most:
                return


if __name__ == "__main__":
    if len(sys.argv) not in {4, 5}:
        sys.exit(__doc__)
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else None)
    except (ApiError, Unreachable) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
