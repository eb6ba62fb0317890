/** Owns the drawing of plans, fetched only where one is shown. */
import type { PlanParts } from "../types.ts";
import { drawPlanBar } from "./bars.ts";
import { drawLinks, drawPlanOverlay } from "./links.ts";

export const PLAN_PARTS: PlanParts = { under: drawLinks, over: drawPlanOverlay, bar: drawPlanBar };
