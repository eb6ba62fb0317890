/** Owns the connection's life: dialling, welcome, catching up, renewing the token, coming back after a cut. */

import { io, type Socket } from "socket.io-client";
import { backoff, type Pace } from "./backoff.ts";
import { exhaustive } from "./exhaustive.ts";
import type { Closing, Welcome } from "./protocol.ts";
import { renewIn, SignedOut } from "./token.ts";
import { errorCode, isClosing, isWelcome, retryAfter } from "./wire.ts";

type Timer = ReturnType<typeof setTimeout>;

/** Where the connection stands. Every change is a new object: work begun under an old one is stale. */
export type Link =
  | { readonly phase: "idle" }
  /** Between attempts; `until` is in milliseconds since 1970. */
  | { readonly phase: "resting"; readonly attempt: number; readonly until: number; readonly timer: Timer }
  /** Waiting for a token. */
  | { readonly phase: "authorising"; readonly attempt: number; readonly timer: Timer }
  /** Socket opened, no welcome yet. */
  | { readonly phase: "dialling"; readonly attempt: number; readonly socket: Socket; readonly timer: Timer }
  /** Welcomed; reading what was missed. */
  | { readonly phase: "syncing"; readonly attempt: number; readonly socket: Socket; readonly welcome: Welcome }
  | { readonly phase: "live"; readonly since: number; readonly socket: Socket; readonly welcome: Welcome }
  | { readonly phase: "closed"; readonly reason: Closing | null };

/**
 * Gives a fresh access token or one-use ticket at each call; throws `SignedOut` where there is nobody.
 * `refused` says that the server did not like the last one, however long it would still have lasted.
 */
export type GetToken = (need: { readonly refused: boolean }) => Promise<string>;

export interface ConnectionOptions {
  readonly url: string;
  readonly getToken: GetToken;
  readonly pace: Pace;
  /** How long a welcome, or the answer to a request, may take. */
  readonly patienceMs: number;
  /** The shortest pause before a token is renewed. */
  readonly renewalMs: number;
  readonly now: () => number;
}

export interface ConnectionHandlers {
  /** The link changed. */
  readonly changed: (link: Link) => void;
  /** A welcome came; resolves when the client has caught up, and rejects to have the link cut. */
  readonly catchUp: (welcome: Welcome) => Promise<void>;
  /** Any other message of the server's. */
  readonly message: (event: string, body: unknown) => void;
}

/** A link that held this long counts as a fresh start for the back-off. */
const STEADY_MS = 5_000;
/** So many tokens refused in a row: nobody is signed in. */
const MOST_REFUSED_TOKENS = 3;

export class Connection {
  private link: Link = { phase: "idle" };
  private closing: Closing | null = null;
  private refusedTokens = 0;
  private renewal: Timer | null = null;
  private readonly options: ConnectionOptions;
  private readonly handlers: ConnectionHandlers;

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.options = options;
    this.handlers = handlers;
  }

  get current(): Link {
    return this.link;
  }

  /** Start, or try at once instead of resting; does nothing where a connection is up or on its way. */
  connect(): void {
    switch (this.link.phase) {
      case "idle":
      case "closed":
        this.refusedTokens = 0;
        return void this.authorise(0);
      case "resting":
        return void this.authorise(this.link.attempt);
      case "authorising":
      case "dialling":
      case "syncing":
      case "live":
        return;
      default:
        return exhaustive(this.link);
    }
  }

  close(reason: Closing | null = null): void {
    this.leave();
    this.become({ phase: "closed", reason });
  }

  /** Give the present link up and come back after a pause, as when it does not answer any more. */
  cut(): void {
    switch (this.link.phase) {
      case "authorising":
      case "dialling":
      case "syncing":
      case "live":
        return this.rest(0);
      case "idle":
      case "resting":
      case "closed":
        return;
      default:
        return exhaustive(this.link);
    }
  }

  /** Come back at once with a new token: the server did not like the old one. */
  reauthorise(): void {
    if (this.link.phase === "live" || this.link.phase === "syncing") this.refused();
  }

  /** Ask and wait for the acknowledgement; rejects where there is no link, or none that answers in time. */
  async request(event: string, body: unknown): Promise<unknown> {
    const socket = this.openSocket();
    if (socket === null) throw new Error("There is no connection to the server.");
    return await socket.timeout(this.options.patienceMs).emitWithAck(event, body);
  }

  /** Say something that needs no answer; false where there is no link. */
  tell(event: string, body: unknown): boolean {
    const socket = this.openSocket();
    if (socket === null) return false;
    socket.emit(event, body);
    return true;
  }

  private openSocket(): Socket | null {
    const { link } = this;
    return link.phase === "syncing" || link.phase === "live" ? link.socket : null;
  }

  private become(link: Link): void {
    this.link = link;
    this.handlers.changed(link);
  }

  private async authorise(attempt: number): Promise<void> {
    this.leave();
    const timer = setTimeout(() => {
      if (this.link === mine) this.rest(0);
    }, this.options.patienceMs);
    const mine: Link = { phase: "authorising", attempt, timer };
    this.become(mine);
    try {
      const token = await this.options.getToken({ refused: this.refusedTokens > 0 });
      if (this.link !== mine) return;
      clearTimeout(timer);
      this.dial(token, attempt);
    } catch (error) {
      if (this.link !== mine) return;
      if (error instanceof SignedOut) this.close({ code: "unauthenticated", reason: error.message });
      else this.rest(0);
    }
  }

  private dial(token: string, attempt: number): void {
    const socket = io(this.options.url, {
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      auth: { token },
      timeout: this.options.patienceMs,
    });
    const timer = setTimeout(() => this.ifMine(socket, () => this.rest(0)), this.options.patienceMs);
    this.closing = null;
    this.become({ phase: "dialling", attempt, socket, timer });
    socket.on("connect_error", (error) => this.ifMine(socket, () => this.turnedAway(error)));
    socket.on("disconnect", () => this.ifMine(socket, () => this.lost()));
    socket.onAny((event: string, body: unknown) => this.ifMine(socket, () => this.hear(socket, token, event, body)));
  }

  /** Run only while `socket` is the one in use: what an abandoned one still says is nothing to us. */
  private ifMine(socket: Socket, run: () => void): void {
    if ("socket" in this.link && this.link.socket === socket) run();
  }

  private hear(socket: Socket, token: string, event: string, body: unknown): void {
    if (event === "welcome") {
      if (isWelcome(body)) void this.welcomed(socket, token, body);
    } else if (event === "closing") {
      if (isClosing(body)) this.closing = body;
    } else {
      this.handlers.message(event, body);
    }
  }

  private async welcomed(socket: Socket, token: string, welcome: Welcome): Promise<void> {
    const dialled = this.current;
    if (dialled.phase !== "dialling") return;
    clearTimeout(dialled.timer);
    const mine: Link = { phase: "syncing", attempt: dialled.attempt, socket, welcome };
    this.become(mine);
    this.planRenewal(token);
    try {
      await this.handlers.catchUp(welcome);
    } catch (error) {
      if (this.current === mine) this.giveUp(error);
      return;
    }
    if (this.current !== mine) return;
    this.refusedTokens = 0;
    this.become({ phase: "live", since: this.options.now(), socket, welcome });
  }

  private giveUp(error: unknown): void {
    if (errorCode(error) === "unauthenticated") this.refused();
    else this.rest(retryAfter(error));
  }

  private turnedAway(error: Error): void {
    const data: unknown = "data" in error ? error.data : null;
    if (errorCode(data) === "unauthenticated" || error.message === "unauthenticated") this.refused();
    else this.rest(retryAfter(data));
  }

  private lost(): void {
    const { closing } = this;
    if (closing?.code === "unauthenticated") this.refused();
    else this.rest(retryAfter(closing));
  }

  /** The token was not good: ask for another, but not for ever. */
  private refused(): void {
    this.refusedTokens += 1;
    if (this.refusedTokens >= MOST_REFUSED_TOKENS) {
      this.close(this.closing ?? { code: "unauthenticated", reason: "The server refused the access token." });
    } else if (this.refusedTokens === 1) {
      void this.authorise(0);
    } else {
      this.rest(0);
    }
  }

  private rest(notBeforeMs: number): void {
    const attempt = this.nextAttempt();
    this.leave();
    const pause = backoff(this.options.pace, attempt, notBeforeMs);
    const timer = setTimeout(() => void this.authorise(attempt), pause);
    this.become({ phase: "resting", attempt, until: this.options.now() + pause, timer });
  }

  private nextAttempt(): number {
    const { link } = this;
    switch (link.phase) {
      case "live":
        return this.options.now() - link.since >= STEADY_MS ? 1 : 2;
      case "resting":
      case "authorising":
      case "dialling":
      case "syncing":
        return link.attempt + 1;
      case "idle":
      case "closed":
        return 1;
      default:
        return exhaustive(link);
    }
  }

  /** Let go of what the present link holds. */
  private leave(): void {
    if (this.renewal !== null) clearTimeout(this.renewal);
    this.renewal = null;
    const { link } = this;
    this.link = { phase: "idle" };
    if ("timer" in link) clearTimeout(link.timer);
    if ("socket" in link) link.socket.disconnect();
  }

  private planRenewal(token: string): void {
    const pause = renewIn(token, this.options.now(), this.options.renewalMs);
    // Browsers fire timers of more than 2^31 ms at once.
    if (pause !== null) this.renewal = setTimeout(() => void this.renew(token), Math.min(pause, 2 ** 31 - 1));
  }

  /** Hand in a new token before the old one ends; where that fails, a new connection will do. */
  private async renew(old: string): Promise<void> {
    const socket = this.openSocket();
    try {
      const token = await this.options.getToken({ refused: false });
      if (socket === null || this.openSocket() !== socket) return;
      const answer = token === old ? null : await this.request("refresh", { token });
      if (this.openSocket() !== socket) return;
      if (answer !== null && errorCode(answer) !== null) this.refused();
      else this.planRenewal(token);
    } catch (error) {
      if (socket === null || this.openSocket() !== socket) return;
      if (error instanceof SignedOut) this.close({ code: "unauthenticated", reason: error.message });
      // The old token still holds for a fifth of its life: ask again soon.
      else this.planRenewal(old);
    }
  }
}
