/** Owns the watch over the screen's density, which changes when a window moves to another. */

/** Calls back when the window moves to a screen of another density; gives what stops it. */
export function watchDensity(changed: () => void): () => void {
  const stop = new AbortController();
  const watch = (): void => {
    const query = matchMedia(`(resolution: ${String(window.devicePixelRatio)}dppx)`);
    const once = (): void => {
      changed();
      watch();
    };
    query.addEventListener("change", once, { once: true, signal: stop.signal });
  };
  watch();
  return () => {
    stop.abort();
  };
}
