/** Owns reading the log again where something is missing: a batch before one that is here, or what an answer promised. */

import type { Replica } from "./replica.ts";

export interface RepairsOptions {
  readonly replica: Replica;
  readonly gapMs: number;
  readonly catchUp: (head: { readonly epoch: string; readonly seq: number }) => Promise<void>;
  /** The server gave no good answer. */
  readonly failed: () => void;
}

export class Repairs {
  private timer: { readonly handle: ReturnType<typeof setTimeout>; readonly due: number } | null = null;
  /** A number that an answer named: the events up to it exist. */
  private promised = 0;
  private run: object | null = null;
  private readonly options: RepairsOptions;

  constructor(options: RepairsOptions) {
    this.options = options;
  }

  /** Look again in `pauseMs`, and read the log if what is missing has not come by itself. */
  within(pauseMs: number, promised = 0): void {
    this.promised = Math.max(this.promised, promised);
    const due = Date.now() + pauseMs;
    if (this.timer !== null) {
      if (this.timer.due <= due) return;
      clearTimeout(this.timer.handle);
    }
    const handle = setTimeout(() => {
      this.timer = null;
      void this.repair();
    }, pauseMs);
    this.timer = { handle, due };
  }

  /** The link is gone; the next one catches up anyway. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer.handle);
    this.timer = null;
    this.run = null;
    this.promised = 0;
  }

  private get lacking(): boolean {
    const { replica } = this.options;
    return replica.hasGap || replica.confirmed.seq < this.promised;
  }

  private async repair(): Promise<void> {
    if (!this.lacking || this.run !== null) return;
    const run = {};
    this.run = run;
    const { epoch, seq } = this.options.replica.confirmed;
    try {
      await this.options.catchUp({ epoch: epoch ?? "", seq: Math.max(seq, this.promised) });
    } catch {
      if (this.run === run) this.options.failed();
      return;
    }
    if (this.run !== run) return;
    this.run = null;
    if (this.lacking) this.within(this.options.gapMs);
  }
}
