// Who is signed in on this phone. With a session in the cookie the app opens at once, network or not.
import { useSyncExternalStore } from "preact/compat";

import { ApiError, OfflineError, call } from "@production-tool/web/session/api";
import { dropToken, holdToken, whenSignedOut, type TokenGrant } from "@production-tool/web/session/token";

import { closeLive, forgetKept, openLive } from "./live.ts";

export type Session =
  | { readonly phase: "signed_out"; readonly notice: string | null }
  | { readonly phase: "signed_in" };

/** The name the studio's app uses too: the cookie behind it is one for both. */
const HINT = "session";

let session: Session = { phase: "signed_out", notice: null };
const listeners = new Set<() => void>();

function enter(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

/** Signed out is what nothing is left of: the screen says so last. */
async function leave(notice: string | null): Promise<void> {
  localStorage.removeItem(HINT);
  dropToken();
  await closeLive().catch((error: unknown) => console.warn("What was kept could not be removed:", error));
  enter({ phase: "signed_out", notice });
}

function arrive(): void {
  openLive();
  enter({ phase: "signed_in" });
}

/** Take up the session of the last time, if there was one; the cookie itself is out of sight of scripts. */
export function resume(): void {
  whenSignedOut(() => {
    if (session.phase === "signed_in") void leave("Your session ended. Sign in again to go on.");
  });
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === HINT && newValue === null && session.phase === "signed_in") void leave("You signed out in another window.");
  });
  if (localStorage.getItem(HINT) !== null) arrive();
  else void forgetKept().catch(() => undefined);
}

export interface SignInProblem {
  readonly message: string;
  /** The studios to choose from, where the account is in several. */
  readonly studios: readonly { readonly slug: string; readonly name: string }[] | null;
}

/** Signs in; gives what is in the way, or null. */
export async function signIn(email: string, password: string, tenant: string | null): Promise<SignInProblem | null> {
  try {
    const json = { email, password, ...(tenant === null ? {} : { tenant }) };
    const { data } = await call<TokenGrant>("auth/login", { json, signedIn: false });
    holdToken(data);
    localStorage.setItem(HINT, "1");
    arrive();
    return null;
  } catch (fault) {
    if (fault instanceof OfflineError) return { message: fault.message, studios: null };
    if (!(fault instanceof ApiError)) throw fault;
    const data = (fault.error.data ?? {}) as { tenants?: SignInProblem["studios"] };
    if (!data.tenants) return { message: fault.message, studios: null };
    return { message: "You work for several studios. Choose the one to open.", studios: data.tenants };
  }
}

export async function signOut(): Promise<void> {
  try {
    await call("auth/logout", { method: "POST", json: {}, signedIn: false });
  } catch {
    // Signing out of this phone works without the server; its cookie runs out by itself.
  }
  await leave(null);
}
