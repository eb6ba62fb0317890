"""Ten thousand bookings at once, while others go on working."""

import asyncio
from datetime import date, timedelta

ARTISTS = 200
BOOKINGS = 10_000


def table():
    lines = ["id,artist,project,title,start,end,status"]
    for number in range(BOOKINGS):
        day = date(2026, 1, 5) + timedelta(days=3 * (number // ARTISTS))
        status = ("hold", "pencil", "confirmed")[number % 3]
        lines.append(
            f"B{number},Artist {number % ARTISTS},Moon,Shot {number},{day},{day + timedelta(days=1)},{status}"
        )
    return "\n".join(lines)


async def test_ten_thousand_bookings_come_in_and_leave_others_their_turn(studio):
    await studio.send("name,skills\n" + "".join(f"Artist {number},Comp\n" for number in range(ARTISTS)))
    await studio.send("project,client\nMoon,Selene\n")
    turns: list[None] = []
    watch = asyncio.create_task(_watch(turns))
    report = await studio.send(table())
    watch.cancel()
    assert (report.created, report.problems) == (BOOKINGS, ())
    assert len(turns) > 50, "the loop hardly ran for anybody else"
    again = await studio.send(table(), mode="skip")
    assert again.unchanged == BOOKINGS


async def _watch(turns):
    while True:
        await asyncio.sleep(0.005)
        turns.append(None)
