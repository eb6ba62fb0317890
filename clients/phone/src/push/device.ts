// Whether this phone is told of holds while the app is closed, and turning that on and off.
import { useSyncExternalStore } from "preact/compat";

import { call, inWords } from "@production-tool/web/session/api";

import { keep, serverKey, subscribeWith, textOf } from "./keys.ts";

export type PushState =
  | { readonly kind: "unknown" }
  /** `insecure`: browsers push on https only; `install`: iOS pushes to installed apps only. */
  | { readonly kind: "impossible"; readonly why: "insecure" | "install" | "browser" | "server" }
  | { readonly kind: "denied" }
  | { readonly kind: "off"; readonly problem: string | null }
  | { readonly kind: "on"; readonly id: string };

let state: PushState = { kind: "unknown" };
const listeners = new Set<() => void>();

function become(next: PushState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function usePush(): PushState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

function impossible(): PushState | null {
  if (!isSecureContext) return { kind: "impossible", why: "insecure" };
  const ios = /iPhone|iPad/u.test(navigator.userAgent);
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) return null;
  return { kind: "impossible", why: ios ? "install" : "browser" };
}

async function manager(): Promise<PushManager> {
  return (await navigator.serviceWorker.ready).pushManager;
}

/** What stands on this phone, brought up to date with the server: sign-ins and the server's key change. */
export async function lookAtPush(): Promise<void> {
  const none = impossible();
  if (none !== null) return become(none);
  if (Notification.permission === "denied") return become({ kind: "denied" });
  try {
    const [pushes, key] = [await manager(), await serverKey()];
    if (key === null) return become({ kind: "impossible", why: "server" });
    const standing = await pushes.getSubscription();
    if (standing === null || Notification.permission !== "granted") return become({ kind: "off", problem: null });
    become({ kind: "on", id: (await keep(await madeFor(pushes, standing, key))).id });
  } catch {
    // Without a network nothing is known; with the next start of the app it is looked at again.
  }
}

async function madeFor(pushes: PushManager, standing: PushSubscription, key: string): Promise<PushSubscription> {
  const made = standing.options.applicationServerKey;
  if (made === null || textOf(made) === key) return standing;
  await standing.unsubscribe();
  return subscribeWith(pushes, key);
}

/** Asks the person for permission, so it may only follow a tap of theirs. */
export async function turnOnPush(): Promise<void> {
  const permission = await Notification.requestPermission();
  if (permission === "denied") return become({ kind: "denied" });
  if (permission !== "granted") return become({ kind: "off", problem: null });
  try {
    const key = await serverKey();
    if (key === null) return become({ kind: "impossible", why: "server" });
    const { id } = await keep(await subscribeWith(await manager(), key));
    become({ kind: "on", id });
  } catch (fault) {
    const refused = fault instanceof DOMException;
    become({ kind: "off", problem: refused ? "This browser could not reach its push service. Try again later." : inWords(fault) });
  }
}

export async function turnOffPush(): Promise<void> {
  const id = state.kind === "on" ? state.id : null;
  await unsubscribe();
  become({ kind: "off", problem: null });
  // The push service tells the server as well, once it is pushed to; this is only sooner.
  if (id !== null) await call(`push-subscriptions/${id}`, { method: "DELETE" }).catch(() => undefined);
}

async function unsubscribe(): Promise<void> {
  await (await (await manager()).getSubscription())?.unsubscribe();
}

/** Nothing of the studio's comes to, or stays on, a phone that was signed out of. */
export async function forgetPush(): Promise<void> {
  const standing = state.kind === "on";
  become({ kind: "unknown" });
  const registration = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
  if (registration === undefined) return;
  if (standing || "pushManager" in registration) await (await registration.pushManager.getSubscription())?.unsubscribe();
  for (const shown of await registration.getNotifications()) shown.close();
  if ("clearAppBadge" in navigator) await navigator.clearAppBadge();
}

export interface PushTested {
  readonly taken: number;
  readonly failed: number;
  readonly error: string;
}

export async function testPush(): Promise<string> {
  try {
    const { data } = await call<PushTested>("push-subscriptions/test", { method: "POST", json: {} });
    if (data.taken > 0) return "Sent: it should appear on this phone in a moment.";
    return data.failed > 0 ? `It was not taken: ${data.error}.` : "No browser of yours takes pushes any more. Turn it on again.";
  } catch (fault) {
    return inWords(fault);
  }
}

