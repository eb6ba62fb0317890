// Who is signed in on this phone. With a session in the cookie the app opens at once, network or not.
import type { ComponentType } from "preact";
import { useSyncExternalStore } from "preact/compat";

import { ApiError, OfflineError, call } from "@production-tool/web/session/api";
import { accessToken, dropToken, holdToken, whenSignedOut, type TokenGrant } from "@production-tool/web/session/token";

export type Session =
  | { readonly phase: "signed_out"; readonly notice: string | null }
  /** Signed in, and what that shows is on its way; `stuck`: it could not be fetched. */
  | { readonly phase: "opening"; readonly stuck: boolean }
  | { readonly phase: "signed_in"; readonly SignedIn: ComponentType };

/** What a first visit does without: fetched once, by whoever needs it first. */
const inside = () => import("../inside.ts");

/** After the form is drawn and answers, in milliseconds. */
const QUIET_MS = 300;

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
  const { forgetNotices, forgetPush, closeLive } = await inside();
  forgetNotices();
  await forgetPush().catch((error: unknown) => console.warn("Notifications could not be stopped:", error));
  await closeLive().catch((error: unknown) => console.warn("What was kept could not be removed:", error));
  enter({ phase: "signed_out", notice });
}

async function arrive(): Promise<void> {
  const { SignedIn, openLive } = await inside();
  openLive();
  enter({ phase: "signed_in", SignedIn });
}

/** As last time: the token is renewed while the app is still being fetched. */
function resumeSignedIn(): void {
  enter({ phase: "opening", stuck: false });
  accessToken().catch(() => undefined);
  arrive().catch(() => {
    if (session.phase === "opening") enter({ phase: "opening", stuck: true });
  });
}

/** Nobody is signed in: have the rest at hand, and clear what an interrupted sign-out may have left. */
function fetchInside(): void {
  inside().then(({ forgetKept }) => forgetKept()).catch(() => undefined);
}

/** Take up the session of the last time, if there was one; the cookie itself is out of sight of scripts. */
export function resume(): void {
  whenSignedOut(() => {
    if (session.phase !== "signed_out") void leave("Your session ended. Sign in again to go on.");
  });
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === HINT && newValue === null && session.phase !== "signed_out") void leave("You signed out in another window.");
  });
  if (localStorage.getItem(HINT) !== null) resumeSignedIn();
  else setTimeout(fetchInside, QUIET_MS);
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
    await arrive();
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
