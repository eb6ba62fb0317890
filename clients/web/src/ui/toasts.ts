// The short messages at the edge of the screen: a bounded list, newest last.
import { create } from "zustand";

export interface ToastAction {
  label: string;
  /** Shown where the label alone would be ambiguous to a screen reader. */
  describe?: string;
  act: () => void;
}

export interface Toast {
  id: number;
  tone: "plain" | "good" | "bad";
  title: string;
  text?: string;
  actions: readonly ToastAction[];
  /** A newer toast with the same key takes the place of the older. */
  key?: string;
  /** How long it stays, in ms; a person who points at it or tabs into it keeps it. */
  life: number;
}

const MOST = 4;
let next = 1;

interface ToastState {
  toasts: readonly Toast[];
}

export const useToasts = create<ToastState>(() => ({ toasts: [] }));

export interface ToastDraft {
  tone?: Toast["tone"];
  title: string;
  text?: string;
  actions?: readonly ToastAction[];
  key?: string;
  life?: number;
}

/** Longer where there is something to read or to take. */
function lifeOf(draft: ToastDraft): number {
  if (draft.life !== undefined) return draft.life;
  if ((draft.actions?.length ?? 0) > 0) return 20_000;
  return draft.tone === "bad" ? 10_000 : 5_000;
}

export function toast(draft: ToastDraft): number {
  const id = next++;
  const { tone = "plain", title, text, actions = [], key } = draft;
  const made: Toast = {
    id,
    tone,
    title,
    actions,
    life: lifeOf(draft),
    ...(text === undefined ? {} : { text }),
    ...(key === undefined ? {} : { key }),
  };
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts.filter((other) => key === undefined || other.key !== key), made].slice(-MOST),
  }));
  return id;
}

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((other) => other.id !== id) }));
}
