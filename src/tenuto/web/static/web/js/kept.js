/** What to do about a queue that the server keeps and the one that is here. Pure; tests/web/kept.test.js. */

/** The server asks for nothing but keys: what a track is, and whether it may be heard, it knows better. */
export function state(queue) {
  return { keys: queue.items.map((item) => item.key), at: queue.at }
}

export function isSame(one, other) {
  return one.at === other.at && one.keys.length === other.keys.length && one.keys.every((key, i) => key === other.keys[i])
}

/**
 * "send" what is here, "take" what is kept, or nothing (null).
 * `known` is the revision that this browser last took or sent, null where it never did for this account.
 */
export function choose({ kept, known, here, isPlaying }) {
  const differs = !isSame(state(here), state(kept))
  if (kept.revision === 0) return here.items.length ? "send" : null
  if (kept.revision === known) return differs ? "send" : null
  // Kept from elsewhere. What sounds is not taken from anybody's ears: then this is the one that goes on.
  if (isPlaying) return "send"
  return differs || kept.position > 0 ? "take" : null
}

/** What is kept, and behind it what somebody had put here before they signed in and everybody may hear. */
export function together(kept, here) {
  const there = new Set(kept.items.map((item) => item.key))
  const besides = here.items.filter((item) => item.open && !there.has(item.key))
  return { items: [...kept.items, ...besides], at: kept.items.length ? kept.at : here.at }
}
