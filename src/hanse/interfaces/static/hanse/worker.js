// Pages always come from the network, so that nobody ever sees an old price; without one there is a page that says so.
"use strict";

const KEPT = "hanse-1";
const OFFLINE = "/offline/";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    const page = await fetch(OFFLINE, { credentials: "omit" });
    const html = await page.clone().text();
    await kept.put(OFFLINE, page);
    // What the page looks like is kept with it.
    const parts = [...html.matchAll(/(?:href|src)="(\/static\/[^"#]+\.(?:css|js|svg))/g)].map((match) => match[1]);
    await kept.addAll([...new Set(parts)]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
  } else if (new URL(event.request.url).pathname.startsWith("/static/")) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
