/**
 * Shows one page of ours where the browser would show its own for want of a connection. Kept are that page and the
 * files of the program that it names, fetched as a stranger; every other answer goes by and is kept by nobody.
 */
const KEPT = "tenuto.offline"
const PAGE = "/offline"

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())))
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()))

self.addEventListener("fetch", (event) => {
  const request = event.request
  if (request.method !== "GET") return
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(PAGE)))
  else if (isOurs(request)) event.respondWith(fetch(request).catch(() => kept(request)))
})

/** The page and what it names, in the place of those of an older version. */
async function keep() {
  const stranger = { credentials: "omit", cache: "reload" }
  const page = await fetch(PAGE, stranger)
  if (!page.ok) throw new Error(`${PAGE} answered ${page.status}`)
  const named = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1])
  const files = await Promise.all(named.map((address) => fetch(address, stranger)))
  await caches.delete(KEPT)
  const cache = await caches.open(KEPT)
  await cache.put(PAGE, page)
  await Promise.all(files.map((file, place) => cache.put(named[place], file)))
}

async function kept(what) {
  return (await (await caches.open(KEPT)).match(what)) ?? Response.error()
}

function isOurs(request) {
  const address = new URL(request.url)
  return address.origin === self.location.origin && address.pathname.startsWith("/static/")
}
