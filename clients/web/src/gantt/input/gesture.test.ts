import { describe, expect, it } from "vitest";

import {
  type GestureEffect,
  type GestureEvent,
  type GestureState,
  IDLE,
  type Modifiers,
  type Press,
  TOUCH_THRESHOLD,
  transition,
} from "./gesture.ts";

const none: Modifiers = { alt: false, shift: false, ctrl: false };
const mouse: Press = { pointer: "mouse", hit: { kind: "cell", row: 0, time: 0 }, modifiers: none, drag: "move", eager: false };
const finger: Press = { ...mouse, pointer: "touch" };

const down = (press: Press, x = 0, y = 0, pointerId = 1, pan = false): GestureEvent => ({
  kind: "down",
  pointerId,
  at: { x, y },
  press,
  pan,
});
const move = (x: number, y = 0, pointerId = 1, modifiers = none): GestureEvent => ({
  kind: "move",
  pointerId,
  at: { x, y },
  modifiers,
});
const up = (x: number, y = 0, pointerId = 1): GestureEvent => ({ kind: "up", pointerId, at: { x, y }, modifiers: none });
const cancel = (pointerId = 1): GestureEvent => ({ kind: "cancel", pointerId });
const abort: GestureEvent = { kind: "abort" };
const held: GestureEvent = { kind: "long-press" };

function run(...events: GestureEvent[]): { state: GestureState; effects: GestureEffect[] } {
  let state = IDLE;
  const effects: GestureEffect[] = [];
  for (const event of events) {
    const next = transition(state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const kinds = (...events: GestureEvent[]): string[] => run(...events).effects.map((effect) => effect.kind);

describe("a mouse", () => {
  it("that moves less than four pixels clicks", () => {
    expect(kinds(down(mouse), move(3), up(3))).toEqual(["click"]);
  });

  it("that moves four pixels drags from where it was pressed", () => {
    const { effects, state } = run(down(mouse, 10, 10), move(14, 10));
    expect(effects).toEqual([
      { kind: "begin", drag: "move", press: mouse, at: { x: 10, y: 10 } },
      { kind: "drag", at: { x: 14, y: 10 }, modifiers: none },
    ]);
    expect(state.kind).toBe("dragging");
  });

  it("drops where it is let go", () => {
    expect(kinds(down(mouse), move(10), move(20), up(21))).toEqual(["begin", "drag", "drag", "drop"]);
  });

  it("pans where there is nothing to drag, and with the middle button or space", () => {
    expect(kinds(down({ ...mouse, drag: null }), move(10), up(10))).toEqual(["pan"]);
    expect(run(down(mouse, 0, 0, 1, true), move(1)).effects).toEqual([{ kind: "pan", dx: -1, dy: 0 }]);
  });

  it("does not coast", () => {
    expect(kinds(down(mouse, 0, 0, 1, true), move(10), up(10))).not.toContain("coast");
  });
});

describe("Esc", () => {
  it("gives a drag up, and what the hand does until it is lifted means nothing", () => {
    const { state, effects } = run(down(mouse), move(10), abort, move(30), up(30));
    expect(effects.map((effect) => effect.kind)).toEqual(["begin", "drag", "abandon"]);
    expect(state).toEqual(IDLE);
  });

  it("before the threshold swallows the click", () => {
    expect(kinds(down(mouse), abort, up(0))).toEqual([]);
  });

  it("means nothing where nothing happens", () => {
    expect(run(abort)).toEqual({ state: IDLE, effects: [] });
  });
});

describe("modifiers", () => {
  it("pressed in the middle of a drag count at once", () => {
    const shift = { ...none, shift: true };
    expect(run(down(mouse), move(10), { kind: "modifiers", modifiers: shift }).effects.at(-1)).toEqual({
      kind: "modify",
      modifiers: shift,
    });
  });
});

describe("a finger", () => {
  it("that taps selects", () => {
    expect(kinds(down(finger), up(2))).toEqual(["arm-long-press", "disarm-long-press", "click"]);
  });

  it("that moves scrolls, and coasts when lifted", () => {
    const far = TOUCH_THRESHOLD + 1;
    expect(kinds(down(finger), move(far), move(far + 5), up(far + 5))).toEqual([
      "arm-long-press",
      "disarm-long-press",
      "pan",
      "pan",
      "coast",
    ]);
  });

  it("that rests picks up, then moves what it holds", () => {
    expect(kinds(down(finger), held, move(30), up(30))).toEqual(["arm-long-press", "begin", "drag", "drag", "drop"]);
  });

  it("on a grip of a selected bar resizes at once", () => {
    const grip: Press = { ...finger, drag: "resize", eager: true };
    expect(kinds(down(grip), move(5), up(5))).toEqual(["begin", "drag", "drop"]);
  });

  it("that the system takes away drops nothing", () => {
    expect(kinds(down(finger), held, cancel())).toEqual(["arm-long-press", "begin", "drag", "abandon"]);
    expect(kinds(down(finger), cancel())).toEqual(["arm-long-press", "disarm-long-press"]);
  });
});

describe("two fingers", () => {
  it("pinch about their middle", () => {
    const { effects, state } = run(down(finger, 100), down(finger, 200, 0, 2), move(300, 0, 2));
    expect(effects.at(-1)).toEqual({ kind: "pinch", centre: { x: 200, y: 0 }, factor: 2, dx: -50, dy: 0 });
    expect(state.kind).toBe("pinching");
  });

  it("also after one had begun to scroll", () => {
    expect(run(down(finger), move(20), down(finger, 80, 0, 2)).state.kind).toBe("pinching");
  });

  it("become one that scrolls when the other is lifted", () => {
    const { state } = run(down(finger, 0), down(finger, 100, 0, 2), up(0), move(120, 0, 2));
    expect(state).toMatchObject({ kind: "panning", pointerId: 2, last: { x: 120, y: 0 } });
  });

  it("do not disturb a drag", () => {
    expect(kinds(down(finger), held, down(finger, 90, 0, 2), move(95, 0, 2), up(95, 0, 2))).toEqual([
      "arm-long-press",
      "begin",
      "drag",
    ]);
  });

  it("side by side only pan", () => {
    const { effects } = run(down(finger, 0), down(finger, 5, 0, 2), move(15, 0, 2));
    expect(effects.at(-1)).toMatchObject({ kind: "pinch", factor: 1 });
  });
});

describe("whatever comes", () => {
  it("a drag that began ends exactly once, and all hands up means idle", () => {
    let seed = 7;
    const random = (limit: number): number => (seed = (seed * 48_271) % 2_147_483_647) % limit;
    for (let round = 0; round < 400; round += 1) {
      let state: GestureState = IDLE;
      let open = 0;
      const step = (event: GestureEvent): void => {
        const next = transition(state, event);
        state = next.state;
        for (const effect of next.effects) {
          if (effect.kind === "begin") open += 1;
          if (effect.kind === "drop" || effect.kind === "abandon") open -= 1;
          expect(open).toBeGreaterThanOrEqual(0);
          expect(open).toBeLessThanOrEqual(1);
        }
      };
      for (let count = 0; count < 30; count += 1) {
        const pointerId = 1 + random(2);
        const press = { ...finger, pointer: random(2) ? ("touch" as const) : ("mouse" as const), eager: random(2) === 1 };
        step(
          [down(press, random(200), random(200), pointerId), move(random(200), random(200), pointerId), up(0, 0, pointerId), cancel(pointerId), abort, held][
            random(6)
          ] as GestureEvent,
        );
      }
      step(up(0, 0, 1));
      step(up(0, 0, 2));
      step(up(0, 0, 1));
      expect(state).toEqual(IDLE);
      expect(open).toBe(0);
    }
  });
});
