import { describe, expect, it } from "vitest";

import type { WorkingHours } from "@production-tool/shared";

import { payWords, workDays } from "../src/time/pay.ts";

const ZONE = "Europe/Berlin";
const OFFICE: WorkingHours[] = [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "18:00" }));
const days = (start: string, end: string, hours = OFFICE): number => workDays({ start, end }, hours, ZONE);

describe("what a booking comes to", () => {
  it("counts a week over a weekend in days that are worked", () => {
    // Thursday 4 March 2027 to Tuesday 9 March, in winter time.
    expect(days("2027-03-04T08:00:00Z", "2027-03-09T17:00:00Z")).toBe(4);
  });

  it("counts whole days as worked days, and over a clock change too", () => {
    expect(days("2027-03-25T23:00:00Z", "2027-03-30T22:00:00Z")).toBe(3);
  });

  it("counts a morning as half a day and an hour as no less", () => {
    expect(days("2027-03-04T08:00:00Z", "2027-03-04T12:30:00Z")).toBe(0.5);
    expect(days("2027-03-04T08:00:00Z", "2027-03-04T09:00:00Z")).toBe(0.5);
  });

  it("counts the days themselves where none of them is one the artist works", () => {
    expect(days("2027-03-06T08:00:00Z", "2027-03-07T17:00:00Z")).toBe(2);
  });

  it("reads hours to midnight", () => {
    const late: WorkingHours[] = [{ day: 3, start: "18:00", end: "24:00" }];
    expect(days("2027-03-04T17:00:00Z", "2027-03-04T23:00:00Z", late)).toBe(1);
  });

  it("is said in the artist's own currency", () => {
    expect(payWords(4.5, { amount: 450, currency: "EUR" }, "en-GB")).toBe("4.5 days at €450: €2,025");
    expect(payWords(1, { amount: 99.5, currency: "GBP" }, "en-GB")).toBe("1 day at £99.50: £99.50");
  });
});
