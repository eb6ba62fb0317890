/// <reference lib="webworker" />
// Keeps the app's own files on the phone, so that it opens without a network. Data is not its business.
import { createHandlerBoundToURL, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope & { readonly __SHELL: PrecacheEntry[] };

precacheAndRoute(self.__SHELL);
registerRoute(new NavigationRoute(createHandlerBoundToURL("/phone/index.html"), { allowlist: [/^\/phone\//u] }));

// The page asks for it when the person took the update: nobody is interrupted in an answer.
self.addEventListener("message", ({ data }: ExtendableMessageEvent) => {
  if ((data as { type?: string } | null)?.type === "take-over") void self.skipWaiting();
});
