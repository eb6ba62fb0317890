// Base64 as push services write it, and the call that keeps a browser's subscription with the server.
import { call } from "@production-tool/web/session/api";

export interface PushBrowser {
  readonly id: string;
  readonly endpoint: string;
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

export function textOf(bytes: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}

/** "Chrome on Android", so that somebody can tell their devices apart; nothing finer is said. */
export function labelOf(agent: string): string {
  const browsers: [RegExp, string][] = [[/Edg/u, "Edge"], [/Firefox|FxiOS/u, "Firefox"], [/Chrome|CriOS/u, "Chrome"], [/Safari/u, "Safari"]];
  const systems: [RegExp, string][] = [[/Android/u, "Android"], [/iPhone|iPad/u, "iOS"], [/Windows/u, "Windows"], [/Mac OS/u, "macOS"], [/Linux/u, "Linux"]];
  const named = (list: [RegExp, string][], otherwise: string): string => list.find(([pattern]) => pattern.test(agent))?.[1] ?? otherwise;
  return `${named(browsers, "A browser")} on ${named(systems, "a device")}`;
}

/** Tell the server of the subscription, or that it is still ours. */
export async function keep(subscription: PushSubscription): Promise<PushBrowser> {
  const { endpoint, keys } = subscription.toJSON();
  const json = { endpoint, keys: { p256dh: keys?.["p256dh"], auth: keys?.["auth"] }, label: labelOf(navigator.userAgent) };
  return (await call<PushBrowser>("push-subscriptions", { json })).data;
}

/** The key this server signs with; null where it sends no pushes. */
export async function serverKey(): Promise<string | null> {
  return (await call<{ application_key: string | null }>("push-subscriptions/key")).data.application_key;
}

export async function subscribeWith(manager: PushManager, key: string): Promise<PushSubscription> {
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}
