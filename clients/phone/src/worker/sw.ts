/// <reference lib="webworker" />
// Keeps the app's own files on the phone, so that it opens without a network; takes pushes and shared files.
import { createHandlerBoundToURL, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

import { onClick, onPush, onSubscriptionChange } from "./notifications.ts";
import { takeShared } from "./shared-file.ts";

declare const self: ServiceWorkerGlobalScope & { readonly __SHELL: PrecacheEntry[] };

precacheAndRoute(self.__SHELL);
registerRoute(new NavigationRoute(createHandlerBoundToURL("/phone/index.html"), { allowlist: [/^\/phone\//u] }));
registerRoute(({ url }) => url.pathname === "/phone/share", ({ request }) => takeShared(request), "POST");

self.addEventListener("push", onPush);
self.addEventListener("notificationclick", onClick);
self.addEventListener("pushsubscriptionchange", onSubscriptionChange);

// The page asks for it when the person took the update: nobody is interrupted in an answer.
self.addEventListener("message", ({ data }: ExtendableMessageEvent) => {
  if ((data as { type?: string } | null)?.type === "take-over") void self.skipWaiting();
});
