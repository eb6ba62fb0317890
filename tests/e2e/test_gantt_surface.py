"""The Gantt surface alone, over a made-up studio, under a real mouse, keyboard and fingers."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.browser

BENCH = Path(__file__).parents[2] / "clients/web/bench"
NOW = "2026-03-04T10:20:00Z"
DAY = 86_400_000
BAR = "booking-28"  # confirmed, 28 Feb 09:00 to 4 Mar 18:00, second row


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of the built lab page."""
    measure = load(BENCH / "measure.py")
    folder = tmp_path_factory.mktemp("lab")
    measure.build(folder)
    server, base = measure.serve(folder)
    yield base
    server.shutdown()
    server.server_close()


class Surface:
    """A page with the lab in it, and the words a test uses."""

    def __init__(self, page):
        self.page = page

    def bar(self, bar_id):
        return self.page.evaluate("id => lab.bars.get(id)", bar_id)

    def cell(self, bar_id):
        return self.page.locator(f'[data-booking-id="{bar_id}"]')

    def grip(self, bar_id):
        """A point on the bar's body."""
        box = self.cell(bar_id).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def row(self, row_id):
        """The middle of a row's height."""
        box = self.page.locator(f'[data-row-id="{row_id}"]').bounding_box()
        return box["y"] + box["height"] / 2

    def frame(self):
        """Until what was asked for is on screen."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def told(self, what):
        """Everything the surface told the shell under this name, since the last time."""
        self.frame()
        log = self.page.evaluate("lab.log.splice(0)")
        return [entry["detail"] for entry in log if entry["what"] == what]

    def view(self):
        return self.page.evaluate("lab.gantt.view()")

    def day(self):
        """The width of a day in pixels."""
        return self.view()["pxPerDay"]

    def settle(self):
        """Until every drop is answered and the view has come to rest."""
        self.page.wait_for_function(
            "() => { const now = JSON.stringify(lab.gantt.view()); const rests = now === window.before;"
            " window.before = now; return rests && ![...lab.bars.values()].some(bar => bar.pending) }",
            polling=100,
        )
        self.frame()


@pytest.fixture
def open_surface(lab, browser):
    contexts = []

    def open_it(query="zoom=week", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"error in the page: {error}"))
        page.goto(f"{lab}/index.html?now={NOW}&{query}")
        page.wait_for_selector("body[data-ready]")
        return Surface(page)

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def surface(open_surface):
    return open_surface()


def drag(surface, start, *stops, release=True):
    mouse = surface.page.mouse
    mouse.move(*start)
    mouse.down()
    for stop in stops:
        mouse.move(*stop, steps=4)
    surface.frame()
    if release:
        mouse.up()


def test_a_bar_moves_in_time_and_between_artists_in_one_gesture(surface):
    before = surface.bar(BAR)
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + surface.day(), surface.row("artist-2")))
    [move] = surface.told("move")
    [item] = move["items"]
    assert (item["id"], item["rowId"], item["version"]) == (BAR, "artist-2", 1)
    assert item["start"] - before["start"] == item["end"] - before["end"] == DAY
    assert "Clashes with" in item["conflict"]["words"]
    surface.settle()
    assert surface.bar(BAR)["rowId"] == "artist-2"
    assert surface.page.evaluate("document.activeElement.dataset.bookingId") == BAR


def test_less_than_four_pixels_is_a_click(surface):
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + 3, y))
    assert surface.told("select") == [[BAR]]
    assert surface.bar(BAR)["version"] == 1


def test_esc_cancels_exactly(surface):
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + 200, y + 100), release=False)
    surface.page.keyboard.press("Escape")
    surface.page.mouse.move(x + 300, y)
    surface.page.mouse.up()
    log = surface.page.evaluate("lab.log.map(entry => entry.what)")
    assert "move" not in log
    assert log.count("drag-end") == 1


def test_both_edges_resize(surface):
    for edge, offset in (("end", -4), ("start", 4)):
        bar_id = "booking-10"
        box = surface.cell(bar_id).bounding_box()
        x = box["x"] + (box["width"] if edge == "end" else 0) + offset
        before = surface.bar(bar_id)
        drag(surface, (x, box["y"] + 14), (x + surface.day(), box["y"] + 14))
        [resize] = surface.told("resize")
        assert (resize["id"], resize["edge"]) == (bar_id, edge)
        assert resize[edge] - before[edge] == DAY
        surface.settle()


def test_shift_copies_and_ctrl_locks_an_axis(surface):
    keyboard = surface.page.keyboard
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + 10, y), release=False)
    keyboard.down("Shift")
    surface.page.mouse.move(x + 2 * surface.day(), y, steps=3)
    surface.page.mouse.up()
    keyboard.up("Shift")
    [copied] = surface.told("move")
    assert copied["copy"] is True
    drag(surface, (x, y), (x + 10, y), release=False)
    keyboard.down("Control")
    surface.page.mouse.move(x + 2 * surface.day(), y + 80, steps=3)
    surface.page.mouse.up()
    keyboard.up("Control")
    [locked] = surface.told("move")
    assert (locked["copy"], locked["items"][0]["rowId"]) == (False, "artist-1")


def test_dragging_over_free_time_creates_over_working_hours(surface):
    # Thursday to Friday of the fourth artist, once nothing is in the way.
    surface.page.evaluate("lab.gantt.patchBars([], [...lab.bars.keys()])")
    surface.frame()
    view = surface.view()
    x, y = 224 + (1772697600000 - view["start"]) / DAY * view["pxPerDay"], surface.row("artist-3")
    drag(surface, (x, y), (x + view["pxPerDay"], y))
    [created] = surface.told("create")
    assert (created["rowId"], created["via"]) == ("artist-3", "pointer")
    words = surface.page.evaluate(
        "ms => new Date(ms).toLocaleString('en-GB',"
        " {timeZone: 'Europe/Madrid', weekday: 'long', hour: '2-digit'})",
        created["start"],
    )
    assert (words[:8], words[-2:]) == ("Thursday", "09")


def test_a_lasso_and_ctrl_clicks_select(surface):
    keyboard = surface.page.keyboard
    keyboard.down("Shift")
    top = surface.page.locator('[data-row-id="artist-3"]').bounding_box()["y"]
    drag(surface, (600, top + 2), (1100, surface.row("artist-8")))
    keyboard.up("Shift")
    selected = surface.told("select")[-1]
    assert len(selected) > 3
    surface.cell(selected[0]).click(modifiers=["Control"])
    assert selected[0] not in surface.told("select")[-1]


def test_a_refused_drop_goes_back_and_says_why(open_surface):
    surface = open_surface("zoom=week&refuse=1&latency=30")
    before = surface.cell(BAR).bounding_box()
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + 120, surface.row("artist-4")))
    surface.page.locator(".gantt-tip", has_text="Clashes with Shot 210 comp").wait_for()
    surface.settle()
    assert surface.cell(BAR).bounding_box() == before
    assert any("went back" in words for words in surface.told("announce"))


def test_somebody_elses_edit_never_moves_the_bar_under_the_hand(surface):
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + surface.day(), y), release=False)
    surface.page.evaluate(
        "id => { const bar = lab.bars.get(id);"
        " lab.patch({...bar, start: bar.start - 3 * 864e5, end: bar.end - 3 * 864e5, version: 7}) }",
        BAR,
    )
    before = surface.bar(BAR)
    surface.page.mouse.up()
    [item] = surface.told("move")[0]["items"]
    assert (item["version"], item["start"] - before["start"]) == (7, 4 * DAY)


def test_a_bar_taken_away_under_the_hand_ends_the_drag(surface):
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + 60, y), release=False)
    surface.page.evaluate("id => lab.gantt.patchBars([], [id])", BAR)
    surface.page.mouse.up()
    log = surface.page.evaluate("lab.log.splice(0).map(entry => [entry.what, entry.detail])")
    assert "move" not in [what for what, _ in log]
    assert any("taken away" in str(detail) for _, detail in log)


def test_rows_may_change_in_the_middle_of_a_drag(surface):
    x, y = surface.grip(BAR)
    drag(surface, (x, y), (x + surface.day(), y), release=False)
    surface.page.evaluate("lab.gantt.setRows(lab.studio.rows.slice(1))")
    surface.page.mouse.move(x + 2 * surface.day(), 70, steps=2)
    surface.page.mouse.up()
    [item] = surface.told("move")[0]["items"]
    assert item["rowId"] == "artist-1"


def test_everything_goes_by_keyboard(surface):
    keyboard = surface.page.keyboard
    focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    keyboard.press("Tab")
    assert surface.page.evaluate(focused) == "Ana Ruiz, Compositing"
    keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    assert surface.page.evaluate(focused).startswith("Ben Tanaka, Shot")
    bar_id = surface.page.evaluate("document.activeElement.dataset.bookingId")
    before = surface.bar(bar_id)
    keyboard.down("Alt")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        keyboard.press(key)
    keyboard.up("Alt")
    [move] = surface.told("move")
    assert (move["via"], move["items"][0]["rowId"]) == ("keyboard", "artist-2")
    assert move["items"][0]["start"] - before["start"] == 2 * DAY
    surface.settle()
    assert surface.page.evaluate("document.activeElement.dataset.bookingId") == bar_id
    keyboard.press("Alt+BracketRight")
    assert surface.told("resize")[0]["edge"] == "end"
    for key, what in (("Enter", "open"), ("n", "create"), ("?", "help"), ("Delete", "delete")):
        keyboard.press(key)
        assert surface.told(what), what
    assert surface.page.evaluate(focused).startswith("Chloé")
    keyboard.press("Tab")
    assert surface.page.evaluate("document.activeElement.tagName") == "BODY"


def test_suggestions_cycle_and_are_taken(surface):
    surface.page.evaluate(
        "lab.gantt.setSuggestions([0, 1, 2].map(n => ({rowId: `artist-${5 + n}`,"
        " start: Date.parse('2026-03-05T08:00:00Z'), end: Date.parse('2026-03-06T17:00:00Z'),"
        " label: `Slot ${n}`})))"
    )
    surface.page.keyboard.press("Tab")
    surface.page.keyboard.press("Tab")
    surface.page.keyboard.press("Enter")
    [taken] = surface.told("take")
    assert (taken["index"], taken["slot"]["rowId"]) == (2, "artist-7")


def test_zooming_keeps_what_is_under_the_pointer(surface):
    before = surface.view()
    x = 700
    under = before["start"] + (x - 224) / before["pxPerDay"] * DAY
    surface.page.mouse.move(x, 300)
    surface.page.keyboard.down("Control")
    for _ in range(4):
        surface.page.mouse.wheel(0, -100)
    surface.page.keyboard.up("Control")
    surface.frame()
    after = surface.view()
    assert after["pxPerDay"] > 3 * before["pxPerDay"]
    assert abs(after["start"] + (x - 224) / after["pxPerDay"] * DAY - under) < DAY / after["pxPerDay"]


def test_fit_shows_everything(open_surface):
    surface = open_surface("rows=500&bars=10000")
    surface.page.evaluate("lab.gantt.fit()")
    surface.settle()
    view = surface.view()
    extent = surface.page.evaluate(
        "(() => { const all = [...lab.bars.values()];"
        " return [Math.min(...all.map(bar => bar.start)), Math.max(...all.map(bar => bar.end))] })()"
    )
    assert (view["firstRow"], view["lastRow"]) == (0, 499)
    assert view["start"] <= extent[0]
    assert view["end"] >= extent[1]


def test_fingers_scroll_pinch_tap_and_carry(open_surface):
    surface = open_surface(viewport={"width": 820, "height": 1180}, has_touch=True)
    page = surface.page
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    before = surface.view()
    touch("touchStart", (500, 600))
    for step in range(1, 9):
        touch("touchMove", (500 - 20 * step, 600))
    touch("touchEnd")
    surface.settle()
    assert surface.view()["start"] > before["start"]
    assert surface.told("move") == surface.told("select") == []

    before = surface.view()
    touch("touchStart", (400, 700), (500, 700))
    for step in range(1, 6):
        touch("touchMove", (400 - 10 * step, 700), (500 + 10 * step, 700))
    touch("touchEnd")
    surface.frame()
    assert surface.view()["pxPerDay"] == pytest.approx(2 * before["pxPerDay"], rel=0.02)

    page.evaluate("lab.gantt.setZoom('week')")
    surface.settle()
    page.evaluate("lab.gantt.reveal('booking-10')")
    surface.settle()
    x, y = surface.grip("booking-10")
    touch("touchStart", (x, y))
    touch("touchEnd")
    assert surface.told("select") == [["booking-10"]]
    touch("touchStart", (x, y))
    page.wait_for_function("document.querySelector('.gantt').style.cursor === 'grabbing'")
    touch("touchMove", (x + 45, y + 20))
    touch("touchMove", (x + surface.day(), y))
    surface.frame()
    touch("touchEnd")
    assert surface.told("move")[0]["items"][0]["id"] == "booking-10"


def test_motion_is_left_out_where_it_is_not_wanted(open_surface):
    surface = open_surface(reduced_motion="reduce")
    surface.page.evaluate("lab.gantt.setZoom('day')")
    assert surface.view()["zoom"] == "day"


@pytest.mark.parametrize("zoom", ["day", "week", "month"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(open_surface, zoom, theme):
    surface = open_surface(f"zoom={zoom}&theme={theme}")
    axe = BENCH.parents[1] / "node_modules/axe-core/axe.min.js"
    surface.page.evaluate(axe.read_text())
    violations = surface.page.evaluate(
        "async () => (await axe.run(document)).violations.map(rule => [rule.id, rule.nodes[0].html])"
    )
    assert violations == []
