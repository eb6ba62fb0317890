import { describe, expect, it } from "vitest";

import { actionFor, type KeyContext, type KeyStroke } from "./keyboard.ts";

const rest: KeyContext = { dragging: false, suggesting: false, onBar: true, hasSelection: false };
const stroke = (key: string, extra: Partial<KeyStroke> = {}): KeyStroke => ({
  key,
  code: "",
  alt: false,
  shift: false,
  ctrl: false,
  ...extra,
});

describe("keys", () => {
  it("go between bars and rows", () => {
    expect(actionFor(stroke("ArrowLeft"), rest)).toEqual({ kind: "go", to: "left" });
    expect(actionFor(stroke("ArrowDown"), rest)).toEqual({ kind: "go", to: "down" });
    expect(actionFor(stroke("ArrowDown", { shift: true }), rest)).toEqual({ kind: "extend", to: "down" });
    expect(actionFor(stroke("ArrowRight", { ctrl: true }), rest)).toEqual({ kind: "step", to: "right" });
  });

  it("with Alt move, and resize by brackets on any layout", () => {
    expect(actionFor(stroke("ArrowRight", { alt: true }), rest)).toEqual({ kind: "move", to: "right" });
    expect(actionFor(stroke("]", { alt: true }), rest)).toEqual({ kind: "resize", edge: "end", by: 1 });
    expect(actionFor(stroke("[", { alt: true }), rest)).toEqual({ kind: "resize", edge: "end", by: -1 });
    expect(actionFor(stroke("{", { alt: true, shift: true, code: "BracketLeft" }), rest)).toEqual({
      kind: "resize",
      edge: "start",
      by: -1,
    });
    expect(actionFor(stroke("“", { alt: true, code: "BracketLeft" }), rest)?.kind).toBe("resize");
  });

  it("with Alt mean nothing where there is nothing to move", () => {
    const empty = { ...rest, onBar: false };
    expect(actionFor(stroke("ArrowRight", { alt: true }), empty)).toBeNull();
    expect(actionFor(stroke("n", { alt: true }), empty)).toBeNull();
  });

  it("open, create, release and help", () => {
    expect(actionFor(stroke("Enter"), rest)).toEqual({ kind: "open" });
    expect(actionFor(stroke("Enter"), { ...rest, onBar: false })).toEqual({ kind: "create" });
    expect(actionFor(stroke("n"), rest)).toEqual({ kind: "create" });
    expect(actionFor(stroke("Delete"), rest)).toEqual({ kind: "delete" });
    expect(actionFor(stroke("?", { shift: true }), rest)).toEqual({ kind: "help" });
  });

  it("leave the browser's own shortcuts alone", () => {
    for (const key of ["n", "t", "f", "r", "+", "-", "z"]) expect(actionFor(stroke(key, { ctrl: true }), rest)).toBeNull();
    expect(actionFor(stroke("Tab"), rest)).toBeNull();
  });

  it("cycle and take suggestions, but go on navigating meanwhile", () => {
    const suggesting = { ...rest, suggesting: true };
    expect(actionFor(stroke("Tab"), suggesting)).toEqual({ kind: "next-suggestion", by: 1 });
    expect(actionFor(stroke("Tab", { shift: true }), suggesting)).toEqual({ kind: "next-suggestion", by: -1 });
    expect(actionFor(stroke("Enter"), suggesting)).toEqual({ kind: "take-suggestion" });
    expect(actionFor(stroke("Escape"), suggesting)).toEqual({ kind: "dismiss-suggestions" });
    expect(actionFor(stroke("ArrowUp"), suggesting)).toEqual({ kind: "go", to: "up" });
  });

  it("Esc gives up what is in flight before anything else, and is left to others where there is nothing", () => {
    const busy = { dragging: true, suggesting: true, onBar: true, hasSelection: true };
    expect(actionFor(stroke("Escape"), busy)).toEqual({ kind: "abandon" });
    expect(actionFor(stroke("Enter"), busy)).toEqual({ kind: "commit" });
    expect(actionFor(stroke("Escape"), { ...rest, hasSelection: true })).toEqual({ kind: "clear" });
    expect(actionFor(stroke("Escape"), rest)).toBeNull();
  });
});
