/** Owns the browser's hints about the network; elsewhere there are none. */

export interface NetworkHandlers {
  /** The network is back, or the page is looked at again: a good moment to try. */
  readonly online: () => void;
  /** There is no network: no need to wait until the socket notices. */
  readonly offline: () => void;
}

/** Returns the way to stop watching. */
export function watchNetwork({ online, offline }: NetworkHandlers): () => void {
  if (typeof globalThis.addEventListener !== "function" || typeof document === "undefined") return () => undefined;
  const seen = () => {
    if (document.visibilityState === "visible") online();
  };
  globalThis.addEventListener("online", online);
  globalThis.addEventListener("offline", offline);
  document.addEventListener("visibilitychange", seen);
  return () => {
    globalThis.removeEventListener("online", online);
    globalThis.removeEventListener("offline", offline);
    document.removeEventListener("visibilitychange", seen);
  };
}
