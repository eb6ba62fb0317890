// A list of the server, loaded on showing and again after each change.
import { useCallback, useEffect, useState } from "react";

import { call, inWords } from "../session/api.ts";

export interface Listed<Item> {
  /** Null while the first answer is under way. */
  readonly items: readonly Item[] | null;
  readonly error: string | null;
  readonly reload: () => void;
  /** Adds the next page; null where there is none. */
  readonly older: (() => void) | null;
}

export function useList<Item>(path: string): Listed<Item> {
  const [items, setItems] = useState<readonly Item[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const [next, setNext] = useState<string | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    call<readonly Item[]>(path, { signal: leaving.signal }).then(
      ({ data, meta }) => {
        setItems(data);
        setNext(cursorOf(meta));
        setError(null);
      },
      (fault: unknown) => {
        if (!leaving.signal.aborted) setError(inWords(fault));
      },
    );
    return () => leaving.abort();
  }, [path, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const older = useCallback(() => {
    if (next === null) return;
    setNext(null);
    call<readonly Item[]>(`${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}`).then(
      ({ data, meta }) => {
        setItems((before) => [...(before ?? []), ...data]);
        setNext(cursorOf(meta));
      },
      (fault: unknown) => setError(inWords(fault)),
    );
  }, [path, next]);
  return { items, error, reload, older: next === null ? null : older };
}

function cursorOf(meta: Record<string, unknown> | undefined): string | null {
  return typeof meta?.["next"] === "string" ? meta["next"] : null;
}

export interface Doing {
  readonly busy: boolean;
  readonly error: string | null;
  readonly run: (work: () => Promise<void>) => Promise<void>;
}

/** Runs one change at a time, and keeps what the server had against it. */
export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (fault) {
      setError(inWords(fault));
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, error, run };
}
