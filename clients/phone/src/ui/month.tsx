// A month to look at, and to choose days in: by a drag across them, by two taps, or with the keys.
import { useEffect, useRef, useState } from "preact/hooks";

import { formatter } from "@production-tool/web/lib/time";

import { locale } from "../live/live.ts";
import type { Mark } from "../live/sort.ts";
import { monthOf, plus, weeksOf, within, type Days } from "../time/days.ts";
import { BackIcon, NextIcon } from "./icons.tsx";
import { useRangeGesture } from "./range-gesture.ts";

interface MonthProps {
  readonly today: string;
  readonly chosen: Days | null;
  readonly onChoose: (days: Days) => void;
  /** One day only: a tap chooses it. */
  readonly single?: boolean;
  readonly marks: (day: string) => readonly Mark[];
  /** The month shown at first is this day's. */
  readonly start: string;
}

const instant = (day: string): number => Date.parse(`${day}T12:00:00Z`);
const words = (day: string, form: Intl.DateTimeFormatOptions): string => formatter("UTC", locale, form).format(instant(day));
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function Month({ today, chosen, onChoose, single = false, marks, start }: MonthProps) {
  const [month, setMonth] = useState(() => monthOf(start));
  const [focused, setFocused] = useState(start);
  const grid = useRef<HTMLTableElement>(null);
  const gesture = useRangeGesture({ attribute: "day", chosen, onChoose, single });
  const follow = useRef(false);
  useEffect(() => {
    if (!follow.current) return;
    follow.current = false;
    grid.current?.querySelector<HTMLElement>(`[data-day="${focused}"]`)?.focus();
  }, [focused]);
  const weeks = weeksOf(month);
  const shown = weeks.flat().includes(focused) ? focused : month;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    follow.current = true;
    const next = plus(shown, step);
    setFocused(next);
    setMonth(monthOf(next));
  };
  return (
    <div class="month">
      <div class="month-head">
        <button class="button quiet square" type="button" aria-label="Month before" onClick={() => setMonth(monthOf(month, -1))}>
          <BackIcon />
        </button>
        <h2 aria-live="polite">{words(month, { month: "long", year: "numeric" })}</h2>
        <button class="button quiet square" type="button" aria-label="Month after" onClick={() => setMonth(monthOf(month, 1))}>
          <NextIcon />
        </button>
      </div>
      <table ref={grid} class="month-grid" role="grid" aria-label="Days" onKeyDown={onKeyDown} {...gesture.handlers}>
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col" abbr={words(day, { weekday: "long" })}>
                {words(day, { weekday: "narrow" })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <Day
                  key={day}
                  day={day}
                  other={monthOf(day) !== month}
                  today={day === today}
                  chosen={chosen !== null && within(day, chosen)}
                  reachable={day === shown}
                  marks={marks(day)}
                  onPress={() => {
                    setFocused(day);
                    gesture.press(day);
                  }}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DayProps {
  day: string;
  other: boolean;
  today: boolean;
  chosen: boolean;
  reachable: boolean;
  marks: readonly Mark[];
  onPress: () => void;
}

function Day({ day, other, today, chosen, reachable, marks, onPress }: DayProps) {
  const said = [words(day, { weekday: "long", day: "numeric", month: "long" }), today ? "today" : "", ...marks.map((mark) => mark.words)];
  return (
    <td aria-selected={chosen}>
      <button
        type="button"
        class={`day${other ? " other" : ""}${chosen ? " chosen" : ""}`}
        data-day={day}
        tabIndex={reachable ? 0 : -1}
        aria-current={today ? "date" : undefined}
        aria-label={said.filter(Boolean).join(", ")}
        onClick={onPress}
      >
        <span class="day-number">{Number(day.slice(8))}</span>
        <span class="day-marks">
          {marks.slice(0, 3).map(({ kind }, index) => (
            <span key={index} class={`mark ${kind}`} />
          ))}
        </span>
      </button>
    </td>
  );
}
