/** What the player keeps in this browser. Where storage is switched off or full, it keeps nothing and goes on. */

const POSITIONS = "tenuto.positions"
const MOST_POSITIONS = 200
const KEPT_MS = 30 * 24 * 3600 * 1000
const TOO_EARLY_SECONDS = 5
const TOO_LATE_SECONDS = 10

export function get(name) {
  try {
    return JSON.parse(localStorage.getItem(name))
  } catch {
    return null
  }
}

export function set(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // Full or forbidden: the player works on without a memory.
  }
}

/** Where a track was left. One that was barely begun or almost over begins again. */
export function positionOf(key, now = Date.now()) {
  const [seconds, when] = get(POSITIONS)?.[key] ?? []
  return Number.isFinite(seconds) && now - when < KEPT_MS ? seconds : 0
}

export function keepPosition(key, seconds, length, now = Date.now()) {
  const positions = get(POSITIONS) ?? {}
  delete positions[key]
  if (seconds >= TOO_EARLY_SECONDS && seconds < length - TOO_LATE_SECONDS) {
    positions[key] = [Math.round(seconds * 10) / 10, now]
  }
  // Written last, so the oldest stand first.
  set(POSITIONS, Object.fromEntries(Object.entries(positions).slice(-MOST_POSITIONS)))
}

export function forgetPositions() {
  try {
    localStorage.removeItem(POSITIONS)
  } catch {
    // nothing was kept
  }
}
