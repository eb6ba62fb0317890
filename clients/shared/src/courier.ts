/** Owns the sending of commands: one at a time, in order, each under its id until it is answered. */

import { backoff, type Pace } from "./backoff.ts";
import { toRequest, type StoredCommand } from "./pending.ts";
import type { Answer, Refused } from "./protocol.ts";
import { isAnswer } from "./wire.ts";

export interface CourierOptions {
  readonly pace: Pace;
  /** The command whose turn it is. */
  readonly next: () => StoredCommand | null;
  /** Send it and wait for the acknowledgement; rejects where none came. */
  readonly send: (request: ReturnType<typeof toRequest>) => Promise<unknown>;
  /** A command is about to be sent: the last moment to have it stored in its final form. */
  readonly sending: (command: StoredCommand) => void;
  /** The final answer to a command. */
  readonly answered: (command: StoredCommand, answer: Answer) => void;
  /** The server does not know who asks. */
  readonly unauthenticated: () => void;
  /** An acknowledgement did not come: the link may be dead. */
  readonly unheard: () => void;
}

/**
 * After so many answers that say "internal error" or "who are you?" to one command it is given up,
 * so that it does not hold up those behind it. Should it have been carried out after all, its event
 * tells: the screen shows what the log says, whatever the answer was.
 */
export const MOST_FAULTS = 6;

export class Courier {
  private running = false;
    /** Told apart by identity, so that a late acknowledgement of an earlier sending is not taken for a new one. */
  private flight: object | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Answers that asked for a repeat, and among them faults, to the command at the head. */
  private tries = { id: "", repeats: 0, faults: 0 };
  private readonly options: CourierOptions;

  constructor(options: CourierOptions) {
    this.options = options;
  }

  /** The link is live: send what waits. */
  start(): void {
    this.running = true;
    this.pump();
  }

  /** The link is gone: what was in flight is in doubt and will be sent again. */
  stop(): void {
    this.running = false;
    this.flight = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Send the next command if none is in flight and none is waiting for its time. */
  pump(): void {
    if (!this.running || this.flight !== null || this.timer !== null) return;
    const command = this.options.next();
    if (command === null) return;
    if (command.base.kind === "after") throw new Error("a command was sent before the one it builds on was answered");
    if (this.tries.id !== command.id) this.tries = { id: command.id, repeats: 0, faults: 0 };
    this.options.sending(command);
    const flight = {};
    this.flight = flight;
    void this.deliver(command, flight);
  }

  private async deliver(command: StoredCommand, flight: object): Promise<void> {
    const answer = await this.options.send(toRequest(command)).catch(() => null);
    if (this.flight !== flight) return;
    this.flight = null;
    if (answer === null) this.options.unheard();
    else this.judge(command, isAnswer(answer) ? answer : notUnderstood(command.id));
    this.pump();
  }

  private judge(command: StoredCommand, answer: Answer): void {
    if (answer.ok || !this.mayRepeat(answer)) {
      this.options.answered(command, answer);
    } else if (answer.error.code === "unauthenticated") {
      this.options.unauthenticated();
    } else {
      this.repeatLater(answer.error.retry_after_ms ?? 0);
    }
  }

  private mayRepeat({ error }: Refused): boolean {
    const fault = error.code === "internal" || error.code === "unauthenticated";
    const { id, repeats, faults } = this.tries;
    this.tries = { id, repeats: repeats + 1, faults: faults + (fault ? 1 : 0) };
    return (error.retryable || error.code === "unauthenticated") && this.tries.faults < MOST_FAULTS;
  }

  private repeatLater(notBeforeMs: number): void {
    const pause = backoff(this.options.pace, this.tries.repeats, notBeforeMs);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.pump();
    }, pause);
  }
}

function notUnderstood(id: string): Refused {
  const message = "The server's answer was not understood.";
  return { ok: false, id, error: { code: "internal", message, retryable: true } };
}
