// REST calls: one function that speaks the server's envelope, and errors that are sentences.
import { accessToken, refreshNow } from "./token.ts";

/** The wire's error, as REST and sockets both carry it. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retry_after_ms?: number;
  readonly data?: unknown;
}

export class ApiError extends Error {
  readonly status: number;
  readonly error: WireError;

  constructor(status: number, error: WireError) {
    super(error.message);
    this.name = "ApiError";
    this.status = status;
    this.error = error;
  }
}

/** The request never got an answer. */
export class OfflineError extends Error {
  constructor() {
    super("The server cannot be reached. Check the connection and try again.");
    this.name = "OfflineError";
  }
}

export interface Envelope<Data> {
  readonly data: Data;
  readonly meta?: Record<string, unknown>;
}

export interface CallOptions {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  json?: unknown;
  form?: FormData;
  /** The version a change was made up on: what others changed since is not overwritten. */
  baseVersion?: number | undefined;
  signal?: AbortSignal;
  /** False for the sign-in calls themselves. */
  signedIn?: boolean;
}

function isWireError(value: unknown): value is WireError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

async function readError(response: Response): Promise<WireError> {
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "error" in body && isWireError(body.error)) return body.error;
  } catch {
    // Not JSON: a proxy's page, say. The status has to do.
  }
  const message =
    response.status >= 500
      ? `The server could not answer (${response.status}). Try again in a moment.`
      : `The server refused the request (${response.status}).`;
  return { code: "internal", message, retryable: response.status >= 500 };
}

async function send(path: string, options: CallOptions, token: string | null): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (options.json !== undefined) headers.set("Content-Type", "application/json");
  if (options.baseVersion !== undefined) headers.set("If-Match", `"${options.baseVersion}"`);
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  const body = options.form ?? (options.json === undefined ? null : JSON.stringify(options.json));
  try {
    return await fetch(`/api/v1/${path}`, {
      method: options.method ?? (body === null ? "GET" : "POST"),
      headers,
      body,
      credentials: "same-origin",
      signal: options.signal ?? null,
    });
  } catch (fault) {
    if (options.signal?.aborted === true) throw fault;
    throw new OfflineError();
  }
}

/**
 * Calls `/api/v1/{path}` and gives the envelope. An access token that just ran out is
 * renewed once. Throws `ApiError` for the server's "no", `OfflineError` where nobody answered.
 */
export async function call<Data>(path: string, options: CallOptions = {}): Promise<Envelope<Data>> {
  const signedIn = options.signedIn ?? true;
  let response = await send(path, options, signedIn ? await accessToken() : null);
  if (response.status === 401 && signedIn) response = await send(path, options, await refreshNow());
  if (!response.ok) throw new ApiError(response.status, await readError(response));
  if (response.status === 204) return { data: undefined as Data };
  return (await response.json()) as Envelope<Data>;
}

/** A fault in a sentence a person can act on. */
export function inWords(fault: unknown): string {
  if (fault instanceof ApiError || fault instanceof OfflineError) return fault.message;
  return "Something went wrong in this window. Reload the page; nothing you saved is lost.";
}
