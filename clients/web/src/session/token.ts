// The access token: held in this module's memory alone, renewed through the HttpOnly cookie.

import { SignedOut } from "@production-tool/shared/token";

/** What sign-in and renewal answer. */
export interface TokenGrant {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** Renew this long before the end, so that no request leaves with a token about to die. */
const MARGIN = 60_000;

let held: { token: string; until: number } | null = null;
let renewing: Promise<string> | null = null;
let onSignedOut: () => void = () => {};

export function holdToken(grant: TokenGrant): void {
  held = { token: grant.access_token, until: Date.now() + grant.expires_in * 1000 };
}

export function dropToken(): void {
  held = null;
}

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

async function renew(): Promise<string> {
  const response = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: "{}",
  });
  if (response.status === 400 || response.status === 401 || response.status === 403 || response.status === 422) {
    dropToken();
    onSignedOut();
    throw new SignedOut();
  }
  if (!response.ok) throw new Error(`The session could not be renewed (${response.status}).`);
  const { data } = (await response.json()) as { data: TokenGrant };
  holdToken(data);
  return data.access_token;
}

/** Renews the token; however many ask at once, one request goes out. */
export function refreshNow(): Promise<string> {
  renewing ??= renew().finally(() => {
    renewing = null;
  });
  return renewing;
}

/** A token good for at least a minute more. Throws `SignedOut` where there is no session. */
export function accessToken(): Promise<string> {
  if (held !== null && held.until - Date.now() > MARGIN) return Promise.resolve(held.token);
  return refreshNow();
}
