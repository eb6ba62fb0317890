// Who is signed in: restored from the cookie on load, made by sign-in, ended by sign-out.
import { create } from "zustand";

import { SignedOut } from "@production-tool/shared/token";

import { ApiError, OfflineError, call } from "./api.ts";
import { dropToken, holdToken, refreshNow, whenSignedOut, type TokenGrant } from "./token.ts";

export type Session =
  | { phase: "restoring" }
  | { phase: "unreachable" }
  | { phase: "signed_out"; notice: string | null }
  | { phase: "signed_in" };

export const useSession = create<{ session: Session }>(() => ({ session: { phase: "restoring" } }));

function enter(session: Session): void {
  useSession.setState({ session });
}

const HINT = "session";

/** Whether this browser may hold a session: the cookie itself is out of sight of scripts. */
function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

function hintSession(there: boolean): void {
  try {
    if (there) localStorage.setItem(HINT, "1");
    else localStorage.removeItem(HINT);
  } catch {
    // Without storage the server is asked at every load instead.
  }
}

/** Takes up the session the cookie holds, if any. */
export async function restoreSession(): Promise<void> {
  if (!mayHaveSession()) {
    enter({ phase: "signed_out", notice: null });
    return;
  }
  enter({ phase: "restoring" });
  try {
    await refreshNow();
    enter({ phase: "signed_in" });
  } catch (fault) {
    if (fault instanceof SignedOut) {
      hintSession(false);
      enter({ phase: "signed_out", notice: null });
    } else enter({ phase: "unreachable" });
  }
}

whenSignedOut(() => {
  if (useSession.getState().session.phase !== "signed_in") return;
  enter({ phase: "signed_out", notice: "Your session ended. Sign in again to go on." });
});

export interface Credentials {
  email: string;
  password: string;
  tenant?: string;
}

export type SignInOutcome =
  | { ok: true }
  | { ok: false; message: string; needsStudio: boolean; studios: readonly { slug: string; name: string }[] };

interface TenantChoice {
  tenants?: readonly { slug: string; name: string }[];
  path?: string;
}

/** Signs in, or says why not and whether the studio has to be named. */
export async function signIn(credentials: Credentials): Promise<SignInOutcome> {
  try {
    const { data } = await call<TokenGrant>("auth/login", {
      json: credentials,
      signedIn: false,
    });
    holdToken(data);
    hintSession(true);
    enter({ phase: "signed_in" });
    return { ok: true };
  } catch (fault) {
    const no = { ok: false, needsStudio: false, studios: [] } as const;
    if (fault instanceof OfflineError) return { ...no, message: fault.message };
    if (!(fault instanceof ApiError)) throw fault;
    const choice = (fault.error.data ?? {}) as TenantChoice;
    const needsStudio = choice.tenants !== undefined || choice.path === "tenant";
    const message = needsStudio ? "You have accounts in several studios. Choose the one to open." : fault.error.message;
    return { ok: false, message, needsStudio, studios: choice.tenants ?? [] };
  }
}

export async function signOut(): Promise<void> {
  try {
    await call("auth/logout", { method: "POST", json: {}, signedIn: false });
  } catch {
    // Signing out of this window must work without the server; its cookie runs out by itself.
  }
  dropToken();
  hintSession(false);
  enter({ phase: "signed_out", notice: null });
}
