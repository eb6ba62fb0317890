/** Owns the narrow checks on what arrives: enough shape to be handled safely, not a second schema. */

import type {
  Answer,
  Batch,
  Closing,
  ErrorCode,
  LoggedEvent,
  PresenceMessage,
  RemoteGhost,
  SyncAnswer,
  Welcome,
} from "./protocol.ts";

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isEvent(value: unknown): value is LoggedEvent {
  if (!isFields(value) || !isFields(value["entity"])) return false;
  return (
    isSeq(value["seq"]) &&
    typeof value["type"] === "string" &&
    typeof value["entity"]["id"] === "string" &&
    isFields(value["data"])
  );
}

export function isBatch(value: unknown): value is Batch {
  return (
    isFields(value) &&
    typeof value["epoch"] === "string" &&
    isSeq(value["from_seq"]) &&
    isSeq(value["to_seq"]) &&
    Array.isArray(value["events"]) &&
    value["events"].every(isEvent)
  );
}

export function isSyncAnswer(value: unknown): value is SyncAnswer {
  if (!isFields(value)) return false;
  if (value["kind"] === "events") return isBatch(value);
  return (
    value["kind"] === "snapshot" &&
    typeof value["epoch"] === "string" &&
    isSeq(value["seq"]) &&
    isFields(value["state"])
  );
}

export function isAnswer(value: unknown): value is Answer {
  if (!isFields(value)) return false;
  if (value["ok"] === true) return isSeq(value["seq"]) && isFields(value["result"]);
  return value["ok"] === false && isFields(value["error"]) && typeof value["error"]["code"] === "string";
}

export function isWelcome(value: unknown): value is Welcome {
  return (
    isFields(value) &&
    typeof value["connection_id"] === "string" &&
    typeof value["tenant_id"] === "string" &&
    isFields(value["member"]) &&
    typeof value["member"]["id"] === "string" &&
    typeof value["epoch"] === "string" &&
    isSeq(value["seq"])
  );
}

export function isClosing(value: unknown): value is Closing {
  return isFields(value) && typeof value["code"] === "string";
}

export function isPresence(value: unknown): value is PresenceMessage {
  return isFields(value) && (Array.isArray(value["full"]) || isFields(value["diff"]));
}

export function isGhosts(value: unknown): value is readonly RemoteGhost[] {
  return (
    Array.isArray(value) &&
    value.every(
      (ghost: unknown) =>
        isFields(ghost) && typeof ghost["connection_id"] === "string" && typeof ghost["booking_id"] === "string",
    )
  );
}

/** The code of an error, of a refused connection, or in an answer, where there is one. */
export function errorCode(value: unknown): ErrorCode | null {
  if (!isFields(value)) return null;
  const code = value["code"] ?? (isFields(value["error"]) ? value["error"]["code"] : undefined);
  return typeof code === "string" ? (code as ErrorCode) : null;
}

/** How many milliseconds an error, in an answer or by itself, asks to wait; 0 where it does not say. */
export function retryAfter(value: unknown): number {
  if (!isFields(value)) return 0;
  const given = value["retry_after_ms"] ?? (isFields(value["error"]) ? value["error"]["retry_after_ms"] : undefined);
  return typeof given === "number" && given > 0 ? given : 0;
}
