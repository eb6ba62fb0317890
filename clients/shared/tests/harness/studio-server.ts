/** Owns a small real Socket.IO server for tests, with a wrapper that cuts, loses, doubles and delays. */

import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import type { Answer, Batch, CommandRequest, LoggedEvent, Me, SnapshotState, SyncRequest } from "../../src/protocol.ts";
import type { Authority } from "./authority.ts";

/** What goes wrong with the next command, or the next batch to one socket. */
export interface Faults {
  /** `busy` is a retryable answer; `cut_before` and `cut_after` break the socket around the execution. */
  readonly command: () => "none" | "busy" | "internal" | "lose_answer" | "cut_before" | "cut_after";
  readonly batch: () => "none" | "late" | "double" | "drop";
}

export const NO_FAULTS: Faults = { command: () => "none", batch: () => "none" };

/** A message the server got, in the order it came. */
export interface Heard {
  readonly event: string;
  readonly body: unknown;
}

type Ack = (answer: unknown) => void;

export class StudioServer {
  readonly heard: Heard[] = [];
  faults: Faults = NO_FAULTS;
  /** Who a token is; one that is not here is refused. */
  readonly tokens = new Map<string, Me>();
  /** Turns everybody away, as a server that is not there. */
  down = false;
  pageSize = Infinity;
  /** Answer `sync` no further than this number. */
  syncLimit = Infinity;
  private readonly http: HttpServer = createServer();
  private readonly io: Server;
  private readonly authority: Authority;
  private readonly live = new Set<Socket>();

  constructor(authority: Authority) {
    this.authority = authority;
    this.io = new Server(this.http, {
      transports: ["websocket"],
      serveClient: false,
      pingInterval: 60_000,
      allowRequest: (_request, decide) => decide(this.down ? "down" : null, !this.down),
    });
    this.io.use((socket, next) => {
      if (this.meOf(socket)) return next();
      next(Object.assign(new Error("unauthenticated"), { data: { code: "unauthenticated" } }));
    });
    this.io.on("connection", (socket) => this.connected(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await this.io.close();
  }

  /** Bodies of the messages of one name, in the order they came. */
  of(event: string): unknown[] {
    return this.heard.filter((one) => one.event === event).map((one) => one.body);
  }

  get sockets(): Socket[] {
    return [...this.io.sockets.sockets.values()];
  }

  /** Go away as a crashed server does. */
  goDown(): void {
    this.down = true;
    this.cut();
  }

  /** Break every socket without a word. */
  cut(): void {
    for (const socket of this.sockets) socket.conn.close(true);
  }

  /** Tell every live socket something that is no part of the log. */
  tell(event: string, body: unknown): void {
    for (const socket of this.live) socket.emit(event, body);
  }

  /** Say why, then close. */
  closeAll(closing: { readonly code: string; readonly reason: string; readonly retry_after_ms: number }): void {
    for (const socket of this.sockets) {
      socket.emit("closing", closing);
      socket.disconnect(true);
    }
  }

  /** Somebody who is not at this server changes something. */
  execute(request: CommandRequest, me: Me): Answer {
    const { answer, events } = this.authority.execute(request, me);
    this.publish(events);
    return answer;
  }

  /** Send all live sockets what just happened. */
  publish(events: readonly LoggedEvent[]): void {
    const first = events[0];
    if (first === undefined) return;
    const batch: Batch = { epoch: this.authority.epoch, from_seq: first.seq, to_seq: first.seq + events.length - 1, events };
    for (const socket of this.live) this.send(socket, batch);
  }

  private send(socket: Socket, batch: Batch): void {
    const fault = this.faults.batch();
    if (fault === "drop") return;
    if (fault === "late") setTimeout(() => socket.emit("events", batch), 8);
    else socket.emit("events", batch);
    if (fault === "double") socket.emit("events", batch);
  }

  private meOf(socket: Socket): Me | undefined {
    const auth: unknown = socket.handshake.auth["token"];
    return typeof auth === "string" ? this.tokens.get(auth) : undefined;
  }

  private connected(socket: Socket): void {
    const me = this.meOf(socket);
    if (!me) return;
    socket.onAny((event: string, body: unknown) => this.heard.push({ event, body }));
    socket.on("disconnect", () => this.live.delete(socket));
    socket.on("sync", (request: SyncRequest, ack: Ack) => ack(this.sync(socket, request)));
    socket.on("command", (request: CommandRequest, ack: Ack) => this.command(socket, request, me, ack));
    socket.on("refresh", ({ token }: { token: string }, ack: Ack) => ack(this.refresh(token)));
    socket.on("ghost", (ghost: object) => {
      socket.broadcast.emit("ghosts", [{ connection_id: socket.id, name: me.name, colour: "#123456", ...ghost }]);
    });
    socket.on("presence", (presence: object) => {
      const person = { connection_id: socket.id, member_id: me.id, name: me.name, colour: "#123456", ...presence };
      this.io.emit("presence", { diff: { changed: [person] } });
    });
    socket.on("disconnecting", () => socket.broadcast.emit("presence", { diff: { left: [socket.id] } }));
    socket.emit("welcome", {
      protocol: 1,
      connection_id: socket.id,
      tenant_id: "tenant",
      member: me,
      epoch: this.authority.epoch,
      seq: this.authority.seq,
      limits: { max_message_bytes: 1, commands_per_second: 1, ghosts_per_second: 20, bulk_items: 500 },
    });
  }

  private refresh(token: string): object {
    return this.tokens.has(token) ? { ok: true } : { ok: false, error: { code: "unauthenticated", message: "No." } };
  }

  private sync(socket: Socket, request: SyncRequest): object {
    const { epoch, seq, log } = this.authority;
    this.live.add(socket);
    if (request.next != null) return this.page(Number(request.next));
    if (request.epoch !== epoch || request.since == null) return this.page(0);
    const to_seq = Math.max(request.since, Math.min(seq, request.since + this.syncLimit));
    const events = log.filter((event) => event.seq > (request.since ?? 0) && event.seq <= to_seq);
    return { kind: "events", epoch, from_seq: request.since + 1, to_seq, events };
  }

  /** Pages of bookings; all else stands on the first. */
  private page(number: number): object {
    const { epoch, seq, state } = this.authority;
    const bookings = state.bookings ?? [];
    const from = number * this.pageSize || 0;
    const shown: SnapshotState = { ...(number === 0 ? state : {}), bookings: bookings.slice(from, from + this.pageSize) };
    const next = from + this.pageSize < bookings.length ? { next: String(number + 1) } : {};
    return { kind: "snapshot", epoch, seq, state: shown, ...next };
  }

  private command(socket: Socket, request: CommandRequest, me: Me, ack: Ack): void {
    const fault = this.faults.command();
    if (fault === "cut_before") return void socket.conn.close(true);
    if (fault === "busy" || fault === "internal") {
      const error = { code: fault, message: "Later.", retryable: true, retry_after_ms: fault === "busy" ? 5 : 1 };
      return ack({ ok: false, id: request.id, error });
    }
    const { answer, events } = this.authority.execute(request, me);
    if (fault === "cut_after") socket.conn.close(true);
    else if (fault === "none") ack(answer);
    this.publish(events);
  }
}
