"""Measures the Gantt surface in headless Chromium: first render, scrolling, dragging.

    python clients/web/bench/measure.py [--rows 500] [--bars 10000] [--throttle 1] [--json]

Builds the lab page like the product, serves it from a temporary folder, and drives it with real
input. Needs Node, the clients' dependencies, Playwright for Python and a Chromium.
Frames are timed from their start to a task queued behind them, so that style, layout and the
recording of paint count as main-thread time; raster does not.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

WEB = Path(__file__).resolve().parent.parent
NOW = "2026-03-04T10:20:00Z"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PROBE = """
() => {
  const probe = { frames: [], work: [], latency: [], last: 0, running: true };
  let waiting = null;
  for (const kind of ['pointermove', 'wheel'])
    addEventListener(kind, (event) => { waiting ??= event.timeStamp; }, { capture: true, passive: true });
  const frame = (at) => {
    const begun = performance.now();
    if (probe.last) probe.frames.push(at - probe.last);
    probe.last = at;
    const answered = waiting;
    waiting = null;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const done = performance.now();
      probe.work.push(done - begun);
      if (answered !== null) probe.latency.push(done - answered);
    };
    channel.port2.postMessage(null);
    if (probe.running) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.probe = probe;
}
"""

READ = "() => { probe.running = false; const {frames, work, latency} = probe; return {frames, work, latency}; }"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the built page without a line per request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class' name)
        """Say nothing."""


def build(target: Path) -> None:
    """Build the lab page into `target`."""
    vite = next(p for p in (WEB / "node_modules/vite", WEB.parent / "node_modules/vite") if p.exists())
    # Where the machine has no Node, the checkout's own is beside its Python.
    own = WEB.parent.parent / ".venv/node/bin"
    node = shutil.which("node", path=f"{own}{os.pathsep}{os.environ.get('PATH', '')}") or "node"
    command = [node, str(vite / "bin/vite.js"), "build", "-c", "bench/vite.config.ts"]
    subprocess.run([*command, "--outDir", str(target), "--logLevel", "warn"], cwd=WEB, check=True)


def serve(folder: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    """Serve `folder` on a free port of the loopback interface."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


def share(values: list[float], part: float) -> float:
    """The value below which `part` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def summary(values: list[float]) -> dict[str, float]:
    """p50, p95 and the worst, in milliseconds."""
    return {"p50": share(values, 0.5), "p95": share(values, 0.95), "max": max(values, default=float("nan"))}


def open_lab(browser: Browser, base: str, options: argparse.Namespace, zoom: str) -> Page:
    """A fresh page with the studio on screen."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    session = page.context.new_cdp_session(page)
    if options.throttle > 1:
        session.send("Emulation.setCPUThrottlingRate", {"rate": options.throttle})
    page.goto(f"{base}/index.html?rows={options.rows}&bars={options.bars}&now={NOW}&zoom={zoom}")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(400)
    return page


def scroll(page: Page, dx: float, dy: float, seconds: float = 2.5) -> dict[str, Any]:
    """Scroll with the wheel, as fast as input can be sent, and time every frame."""
    page.mouse.move(700, 400)
    page.evaluate(PROBE)
    until = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until:
        sign = 1 if (turn // 60) % 2 == 0 else -1
        page.mouse.wheel(dx * sign, dy * sign)
        turn += 1
    read = page.evaluate(READ)
    return {"frame": summary(read["frames"]), "main": summary(read["work"])}


def drag(page: Page, seconds: float = 2.5) -> dict[str, Any]:
    """Drag a bar about and time from each movement to the end of the frame that shows it."""
    cell = page.locator('.gantt-cell[data-status="confirmed"]').first.bounding_box()
    assert cell is not None
    x, y = cell["x"] + cell["width"] / 2, cell["y"] + cell["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(PROBE)
    until = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until:
        page.mouse.move(500 + (turn * 7) % 600, 150 + (turn * 5) % 500)
        turn += 1
    read = page.evaluate(READ)
    page.keyboard.press("Escape")
    page.mouse.up()
    return {"frame": summary(read["frames"]), "main": summary(read["work"]), "latency": summary(read["latency"])}


def measure(browser: Browser, base: str, options: argparse.Namespace) -> dict[str, Any]:
    """All figures, in milliseconds."""
    page = open_lab(browser, base, options, "week")
    result: dict[str, Any] = {"first_render": page.evaluate("lab.timings.firstRender")}
    result["scroll_down"] = scroll(page, 0, 37)
    result["scroll_across"] = scroll(page, 37, 0)
    result["nodes"] = page.evaluate("document.querySelectorAll('*').length")
    result["drag"] = drag(page)
    page.close()
    page = open_lab(browser, base, options, "month")
    result["scroll_month"] = scroll(page, 23, 29)
    page.evaluate("lab.gantt.fit()")
    page.wait_for_timeout(600)
    result["everything"] = scroll(page, 25, 0)
    page.close()
    return result


def show(result: dict[str, Any]) -> None:
    """Print a table a person can read."""
    print(f"first render after data      {result['first_render']:7.1f} ms")
    for name, title in (
        ("scroll_down", "scroll down, week zoom"),
        ("scroll_across", "scroll across, week zoom"),
        ("scroll_month", "scroll both, month zoom"),
        ("everything", "scroll, all bars on screen"),
        ("drag", "drag"),
    ):
        frame, main = result[name]["frame"], result[name]["main"]
        print(
            f"{title:28s} frame p50 {frame['p50']:5.1f}  p95 {frame['p95']:5.1f}  max {frame['max']:6.1f}"
            f"   main thread p50 {main['p50']:5.1f}  p95 {main['p95']:5.1f} ms"
        )
    latency = result["drag"]["latency"]
    print(f"drag, input to frame         p50 {latency['p50']:5.1f}  p95 {latency['p95']:5.1f}  max {latency['max']:6.1f} ms")
    print(f"nodes in the document        {result['nodes']:7d}")


def main() -> None:
    """Build, drive, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--bars", type=int, default=10_000)
    parser.add_argument("--throttle", type=float, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        build(Path(folder))
        server, base = serve(Path(folder))
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        result = measure(browser, base, options)
        browser.close()
        server.shutdown()
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
