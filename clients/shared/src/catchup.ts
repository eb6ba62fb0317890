/** Owns catching up: asking `sync` from where the replica stands, page by page, until the head is reached. */

import { exhaustive } from "./exhaustive.ts";
import type { Replica } from "./replica.ts";
import type { ErrorCode, LoggedEvent, SnapshotState, SyncAnswer, SyncRequest } from "./protocol.ts";
import { errorCode, isSyncAnswer, retryAfter } from "./wire.ts";

/** So many requests without reaching the head: something is wrong, so start again on a new link. */
const MOST_REQUESTS = 10_000;

/** The server did not answer `sync`: `code` says why, where it was said. */
export class SyncRefused extends Error {
  override readonly name = "SyncRefused";
  readonly code: ErrorCode | null;
  /** Milliseconds, as the server asked for. */
  readonly retry_after_ms: number;

  constructor(code: ErrorCode | null, retryAfterMs: number) {
    super(`sync was not answered: ${code ?? "not understood"}`);
    this.code = code;
    this.retry_after_ms = retryAfterMs;
  }
}

type SnapshotPage = Extract<SyncAnswer, { kind: "snapshot" }>;

export interface CatchUp {
  readonly replica: Replica;
  readonly ask: (request: SyncRequest) => Promise<unknown>;
  /** Events were applied, or the state was replaced. */
  readonly applied: (what: readonly LoggedEvent[] | "all") => void;
}

/** Bring the replica to `head` at least, and past any gap. Rejects where the server gives no good answer. */
export async function catchUp(how: CatchUp, head: { readonly epoch: string; readonly seq: number }): Promise<void> {
  const { replica } = how;
  for (let i = 0; i < MOST_REQUESTS; i++) {
    const before = replica.confirmed;
    const answer = await request(how, position(replica));
    if (answer.kind === "snapshot") await takeSnapshot(how, answer);
    else takeEvents(how, answer);
    const { epoch, seq } = replica.confirmed;
    if (!replica.hasGap && (epoch !== head.epoch || seq >= head.seq)) return;
    if (epoch === before.epoch && seq === before.seq) break;
  }
  throw new Error("sync did not reach the head of the log");
}

async function request(how: CatchUp, body: SyncRequest): Promise<SyncAnswer> {
  const answer = await how.ask(body);
  if (isSyncAnswer(answer)) return answer;
  throw new SyncRefused(errorCode(answer), retryAfter(answer));
}

function position({ confirmed }: Replica): SyncRequest {
  return confirmed.epoch === null ? {} : { epoch: confirmed.epoch, since: confirmed.seq };
}

/** Read the pages that follow the first, all of one sequence number, and start from the whole. */
async function takeSnapshot(how: CatchUp, first: SnapshotPage): Promise<void> {
  const pages = [first.state];
  for (let next = first.next; next; ) {
    const page = await request(how, { next });
    if (page.kind !== "snapshot" || page.epoch !== first.epoch || page.seq !== first.seq) {
      throw new Error("the pages of the snapshot are not of one state");
    }
    pages.push(page.state);
    next = page.next;
  }
  how.replica.reset({ epoch: first.epoch, seq: first.seq, state: joined(pages) });
  how.applied("all");
}

function takeEvents(how: CatchUp, answer: Extract<SyncAnswer, { kind: "events" }>): void {
  const received = how.replica.receive(answer);
  switch (received.kind) {
    case "applied":
      return how.applied(received.events);
    case "dropped":
      return;
    case "held":
    case "other_epoch":
      throw new Error("sync answered with events that do not follow");
    default:
      return exhaustive(received);
  }
}

/** The pages of one snapshot as one state. */
function joined(pages: readonly SnapshotState[]): SnapshotState {
  const result: Record<string, unknown> = {};
  for (const page of pages) {
    for (const [name, value] of Object.entries(page)) {
      const before = result[name];
      result[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
    }
  }
  return result;
}
