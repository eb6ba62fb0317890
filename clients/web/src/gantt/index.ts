/** The Gantt surface's public face. */
export { Gantt } from "./Gantt.ts";
export type * from "./types.ts";
