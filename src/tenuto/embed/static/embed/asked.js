/** What a page may ask of the player that it embeds. Pure; tests/embed/asked.test.js. */

const number = (value) => typeof value === "number" && Number.isFinite(value)

const KNOWN = {
  hello: () => true,
  play: () => true,
  pause: () => true,
  seek: ({ seconds }) => number(seconds) && seconds >= 0,
  track: ({ number: which }) => Number.isInteger(which) && which >= 1,
  volume: ({ share }) => number(share) && share >= 0 && share <= 1,
}

/** A message that is for us: what it asks, and whether that can be done. Null for what is none of our business. */
export function read(data) {
  if (data === null || typeof data !== "object" || typeof data.tenuto !== "string") return null
  const isKnown = Object.hasOwn(KNOWN, data.tenuto) && KNOWN[data.tenuto](data)
  return { ...data, asked: data.tenuto, isKnown }
}
