/** Where a track goes when it is moved within a list. Pure; tests/web/order.test.js. */

/** The neighbour that says its new place: { before } or { after }; null where nothing changes. */
export function neighbour(keys, from, to) {
  const last = keys.length - 1
  const place = Math.min(Math.max(to, 0), last)
  if (place === from || from < 0 || from > last) return null
  return place < from ? { before: keys[place] } : { after: keys[place] }
}
