import { beforeEach, describe, expect, test } from "vitest";

import type { Notice } from "../src/notices/api.ts";
import { addNotice, addOlder, forgetNotices, noteReceipts, setInbox, setRead, useNotices } from "../src/notices/store.ts";
import { kindWord } from "../src/notices/words.ts";

const notice = (number: number, read_at: string | null = null): Notice => ({
  id: `n${number}`,
  number,
  kind: "hold_asked",
  subject_kind: "booking",
  subject_id: `b${number}`,
  title: `Hold ${number}`,
  text: "",
  at: "2026-06-01T09:00:00Z",
  read_at,
});
const numbers = (): number[] => useNotices.getState().notices.map((one) => one.number);

describe("the inbox of this window", () => {
  beforeEach(forgetNotices);

  test("counts what comes, once, however often it comes", () => {
    setInbox({ notices: [notice(2), notice(1, "2026-06-01T10:00:00Z")], unread: 1, next: "c" });
    addNotice(notice(3));
    addNotice(notice(3));
    addNotice(notice(2));
    expect(useNotices.getState()).toMatchObject({ unread: 2, next: "c" });
    expect(numbers()).toEqual([3, 2, 1]);
  });

  test("goes on with older ones in order", () => {
    setInbox({ notices: [notice(9), notice(8)], unread: 0, next: "c" });
    addNotice(notice(10));
    addOlder({ notices: [notice(8), notice(7)], unread: 0, next: null });
    expect(numbers()).toEqual([10, 9, 8, 7]);
    expect(useNotices.getState().next).toBeNull();
  });

  test("knows what was read, and what came since", () => {
    setInbox({ notices: [notice(2), notice(1)], unread: 2, next: null });
    addNotice(notice(3));
    setRead(2, 1);
    expect(useNotices.getState().notices.map((one) => one.read_at === null)).toEqual([true, false, false]);
    expect(useNotices.getState().unread).toBe(1);
  });

  test("tells whoever shows a booking that there is news of it", () => {
    noteReceipts(["b1", "b2"]);
    noteReceipts(["b1"]);
    expect([...useNotices.getState().receipts]).toEqual([
      ["b1", 2],
      ["b2", 1],
    ]);
  });
});

test("a kind that only a newer server knows is called as it is there", () => {
  expect(kindWord("hold_asked")).toBe("A hold is asked of me");
  expect(kindWord("rate_agreed")).toBe("rate agreed");
});
