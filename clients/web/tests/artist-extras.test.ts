import { expect, test } from "vitest";

import type { Artist } from "@production-tool/shared";

import { extrasOf, readExtras } from "../src/lists/artist-extras.tsx";
import { holidayFields } from "../src/lists/studio-days.tsx";

const artist: Artist = {
  ...{ id: "a", name: "Ada", zone: "UTC", active: true, version: 1, rate: { amount: 450, currency: "EUR" } },
  ...{ holiday_country: "DE", holiday_subdivision: "BY", preferred_projects: ["p"], portfolio: [], notes: "Quick." },
};

test("an artist's record goes into fields and comes out as it was", () => {
  expect(readExtras(extrasOf(artist))).toEqual({
    rate: { amount: 450, currency: "EUR" },
    holiday_country: "DE",
    holiday_subdivision: "BY",
    preferred_projects: ["p"],
    portfolio: [],
    notes: "Quick.",
  });
});

test("holidays are the studio's, none, a country's, or those of a part of it", () => {
  const read = (holidays: string): unknown => readExtras({ ...extrasOf(undefined), holidays });
  expect(read("")).toMatchObject({ holiday_country: null, holiday_subdivision: null });
  expect(read("none")).toMatchObject({ holiday_country: "", holiday_subdivision: "" });
  expect(read("FR")).toMatchObject({ holiday_country: "FR", holiday_subdivision: "" });
  expect(holidayFields("DE-BY")).toEqual({ holiday_country: "DE", holiday_subdivision: "BY" });
  expect(holidayFields("none")).toEqual({ holiday_country: "", holiday_subdivision: "" });
});

test("what cannot be is told: rates, currencies, addresses", () => {
  const extras = extrasOf(undefined);
  expect(readExtras({ ...extras, amount: "much" })).toHaveProperty("problem");
  expect(readExtras({ ...extras, amount: "450", currency: "E" })).toHaveProperty("problem");
  const link = { url: "javascript:alert(1)", title: "", media_type: "reel" } as const;
  expect(readExtras({ ...extras, portfolio: [link] })).toHaveProperty("problem");
  expect(readExtras({ ...extras, portfolio: [{ ...link, url: "  " }] })).toMatchObject({ portfolio: [] });
});
