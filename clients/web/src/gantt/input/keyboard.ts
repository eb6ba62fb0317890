/** Owns which keys mean what. Pure: a key stroke and where it falls give an action, or null. */

export interface KeyStroke {
  readonly key: string;
  /** Physical key: brackets have no key of their own on many layouts. */
  readonly code: string;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

export interface KeyContext {
  /** A pointer drag or an uncommitted keyboard move is in flight. */
  readonly dragging: boolean;
  readonly suggesting: boolean;
  readonly onBar: boolean;
  readonly hasSelection: boolean;
}

export type Direction = "left" | "right" | "up" | "down";

export type KeyAction =
  | { readonly kind: "go"; readonly to: Direction }
  | { readonly kind: "extend"; readonly to: Direction }
  | { readonly kind: "step"; readonly to: "left" | "right" }
  | { readonly kind: "jump"; readonly to: "row-start" | "row-end" | "first-row" | "last-row" | "page-up" | "page-down" }
  | { readonly kind: "move"; readonly to: Direction }
  | { readonly kind: "resize"; readonly edge: "start" | "end"; readonly by: 1 | -1 }
  | { readonly kind: "open" }
  | { readonly kind: "create" }
  | { readonly kind: "delete" }
  | { readonly kind: "toggle" }
  | { readonly kind: "select-all" }
  | { readonly kind: "clear" }
  | { readonly kind: "abandon" }
  | { readonly kind: "commit" }
  | { readonly kind: "help" }
  | { readonly kind: "menu" }
  | { readonly kind: "zoom"; readonly by: 1 | -1 }
  | { readonly kind: "today" }
  | { readonly kind: "fit" }
  | { readonly kind: "next-suggestion"; readonly by: 1 | -1 }
  | { readonly kind: "take-suggestion" }
  | { readonly kind: "dismiss-suggestions" };

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

const isBracket = (stroke: KeyStroke, character: string, code: string): boolean =>
  stroke.key === character || stroke.code === code;

function resizing(stroke: KeyStroke): KeyAction | null {
  const edge = stroke.shift ? "start" : "end";
  if (isBracket(stroke, "]", "BracketRight")) return { kind: "resize", edge, by: 1 };
  return isBracket(stroke, "[", "BracketLeft") ? { kind: "resize", edge, by: -1 } : null;
}

function whileSuggesting(stroke: KeyStroke): KeyAction | null {
  if (stroke.key === "Tab") return { kind: "next-suggestion", by: stroke.shift ? -1 : 1 };
  if (stroke.key === "Enter") return { kind: "take-suggestion" };
  return stroke.key === "Escape" ? { kind: "dismiss-suggestions" } : null;
}

function withArrow(stroke: KeyStroke, to: Direction, context: KeyContext): KeyAction | null {
  if (stroke.alt) return context.onBar || context.hasSelection ? { kind: "move", to } : null;
  if (stroke.ctrl) return to === "left" || to === "right" ? { kind: "step", to } : null;
  return stroke.shift ? { kind: "extend", to } : { kind: "go", to };
}

function named(stroke: KeyStroke, context: KeyContext): KeyAction | null {
  switch (stroke.key) {
    case "Home":
      return { kind: "jump", to: stroke.ctrl ? "first-row" : "row-start" };
    case "End":
      return { kind: "jump", to: stroke.ctrl ? "last-row" : "row-end" };
    case "PageUp":
      return { kind: "jump", to: "page-up" };
    case "PageDown":
      return { kind: "jump", to: "page-down" };
    case "Enter":
    case "F2":
      return context.onBar ? { kind: "open" } : { kind: "create" };
    case "Delete":
    case "Backspace":
      return context.hasSelection || context.onBar ? { kind: "delete" } : null;
    case " ":
      return context.onBar ? { kind: "toggle" } : null;
    case "Escape":
      return context.hasSelection ? { kind: "clear" } : null;
    case "ContextMenu":
    case "F10":
      return stroke.key === "ContextMenu" || stroke.shift ? { kind: "menu" } : null;
    default:
      return null;
  }
}

function lettered(stroke: KeyStroke): KeyAction | null {
  switch (stroke.key) {
    case "n":
    case "N":
      return { kind: "create" };
    case "t":
    case "T":
      return { kind: "today" };
    case "f":
    case "F":
      return { kind: "fit" };
    case "+":
    case "=":
      return { kind: "zoom", by: 1 };
    case "-":
      return { kind: "zoom", by: -1 };
    case "?":
      return { kind: "help" };
    default:
      return null;
  }
}

export function actionFor(stroke: KeyStroke, context: KeyContext): KeyAction | null {
  if (context.dragging && stroke.key === "Escape") return { kind: "abandon" };
  if (context.dragging && stroke.key === "Enter") return { kind: "commit" };
  if (context.suggesting) {
    const action = whileSuggesting(stroke);
    if (action) return action;
  }
  const arrow = ARROWS[stroke.key];
  if (arrow) return withArrow(stroke, arrow, context);
  if (stroke.alt) return context.onBar || context.hasSelection ? resizing(stroke) : null;
  const action = named(stroke, context);
  if (action) return action;
  if (stroke.ctrl) return stroke.key.toLowerCase() === "a" ? { kind: "select-all" } : null;
  return lettered(stroke);
}
