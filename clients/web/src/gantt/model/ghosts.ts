/**
 * Owns other people's drags on screen: each travels smoothly to where it was last heard of, and
 * fades when nothing more is heard.
 */
import type { GanttGhost } from "../types.ts";

/** Ghosts come at up to 20 Hz: this constant bridges the gaps without lagging visibly. */
const FOLLOW_MS = 55;
export const SILENT_MS = 5000;
const FADE_MS = 500;
const LEAVE_MS = 180;

export interface GhostTrack {
  readonly key: string;
  ghost: GanttGhost;
  /** Shown place: row is fractional while it travels between rows. */
  row: number;
  start: number;
  end: number;
  alpha: number;
  heardAt: number;
  /** When it was taken away, or NaN. */
  leftAt: number;
}

function sameContent(a: GanttGhost, b: GanttGhost): boolean {
  return a === b || (a.rowId === b.rowId && a.start === b.start && a.end === b.end);
}

export class Ghosts {
  readonly #tracks = new Map<string, GhostTrack>();
  readonly #rowOf: (rowId: string) => number;

  constructor(rowOf: (rowId: string) => number) {
    this.#rowOf = rowOf;
  }

  set(ghosts: readonly GanttGhost[], now: number): void {
    const present = new Set<string>();
    for (const ghost of ghosts) {
      present.add(ghost.key);
      this.#hear(ghost, now);
    }
    for (const track of this.#tracks.values()) {
      if (!present.has(track.key) && Number.isNaN(track.leftAt)) track.leftAt = now;
    }
  }

  #hear(ghost: GanttGhost, now: number): void {
    const track = this.#tracks.get(ghost.key);
    if (!track || !Number.isNaN(track.leftAt)) {
      const place = { row: this.#rowOf(ghost.rowId), start: ghost.start, end: ghost.end };
      this.#tracks.set(ghost.key, { key: ghost.key, ghost, ...place, alpha: 1, heardAt: now, leftAt: Number.NaN });
      return;
    }
    if (!sameContent(track.ghost, ghost)) track.heardAt = now;
    track.ghost = ghost;
  }

  /** Advances all by `ms`; says whether another frame is needed soon. With `leap` nothing glides. */
  step(ms: number, now: number, leap: boolean): boolean {
    const share = leap ? 1 : 1 - Math.exp(-ms / FOLLOW_MS);
    let lively = false;
    for (const track of this.#tracks.values()) {
      if (this.#follow(track, share)) lively = true;
      if (this.#fade(track, now)) lively = true;
      if (track.alpha <= 0 && !Number.isNaN(track.leftAt)) this.#tracks.delete(track.key);
    }
    return lively;
  }

  #follow(track: GhostTrack, share: number): boolean {
    const { ghost } = track;
    const row = this.#rowOf(ghost.rowId);
    const rest = Math.abs(ghost.start - track.start) + Math.abs(ghost.end - track.end) + Math.abs(row - track.row);
    if (rest === 0) return false;
    if (share === 1 || (rest < 30_000 && Math.abs(row - track.row) < 0.01)) {
      track.row = row;
      track.start = ghost.start;
      track.end = ghost.end;
      return false;
    }
    track.row += (row - track.row) * share;
    track.start += (ghost.start - track.start) * share;
    track.end += (ghost.end - track.end) * share;
    return true;
  }

  #fade(track: GhostTrack, now: number): boolean {
    const leaving = Number.isNaN(track.leftAt) ? 1 : 1 - (now - track.leftAt) / LEAVE_MS;
    const silent = 1 - (now - track.heardAt - SILENT_MS) / FADE_MS;
    track.alpha = Math.max(0, Math.min(1, leaving, silent));
    return track.alpha > 0 && track.alpha < 1;
  }

  /** When the next ghost begins to fade, or null: so that an idle surface draws no frames. */
  nextFade(): number | null {
    let next: number | null = null;
    for (const track of this.#tracks.values()) {
      if (track.alpha < 1) continue;
      const at = track.heardAt + SILENT_MS;
      if (next === null || at < next) next = at;
    }
    return next;
  }

  tracks(): IterableIterator<GhostTrack> {
    return this.#tracks.values();
  }

  get size(): number {
    return this.#tracks.size;
  }

  /** Whether somebody is dragging this bar right now. */
  isCarried(barId: string): boolean {
    for (const track of this.#tracks.values()) {
      if (track.ghost.bookingId === barId && track.alpha > 0) return true;
    }
    return false;
  }
}
