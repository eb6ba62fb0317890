/** Owns the public surface of the sync engine. */

export { createClient } from "./client.ts";
export type { Client, ClientOptions, Message, Proposal, Settled } from "./client.ts";
export type { Timing } from "./timing.ts";
export type { ClientState, PendingCommand, Status } from "./state.ts";
export type { ProposeOptions } from "./ledger.ts";
export { until } from "./until.ts";
export { SignedOut } from "./token.ts";
export type { GetToken } from "./connection.ts";

export { wouldConflict, provisionalRank } from "./conflict.ts";
export type { Lines, Wish } from "./conflict.ts";
export type { Misfit } from "./claims.ts";
export { isExclusive, isFull } from "./claims.ts";
export { rangeOf, toInstant, toMs } from "./instant.ts";
export type { Range } from "./instant.ts";
export { newId } from "./uuid.ts";

export { memoryStorage } from "./storage.ts";
export type { PendingStorage } from "./storage.ts";
export { indexedDbStorage } from "./storage-idb.ts";
export { indexedDbStateStorage, memoryStateStorage } from "./kept-state.ts";
export type { KeptState, StateStorage } from "./kept-state.ts";
export type { StoredCommand } from "./pending.ts";

export type { Changes } from "./tables.ts";
export type { Ghost } from "./ghosts.ts";
export type * from "./protocol.ts";
export { KINDS } from "./protocol.ts";
