"""Ten thousand bookings at once, while others go on working."""

import asyncio
import time
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


async def test_ten_thousand_bookings_come_in_well_under_a_minute_and_leave_others_their_turn(studio):
    await studio.send("name,skills\n" + "".join(f"Artist {number},Comp\n" for number in range(ARTISTS)))
    await studio.send("project,client\nMoon,Selene\n")
    stalls = []
    watch = asyncio.create_task(_watch(stalls))
    began = time.perf_counter()
    report = await studio.send(table())
    seconds = time.perf_counter() - began
    watch.cancel()
    assert (report.created, report.problems) == (BOOKINGS, ())
    assert seconds < 45
    assert max(stalls) < 1
    again = await studio.send(table(), mode="skip")
    assert again.unchanged == BOOKINGS


async def _watch(stalls):
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        stalls.append(time.perf_counter() - began)
