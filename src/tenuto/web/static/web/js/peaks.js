/** The geometry of a waveform. Pure; tests/web/peaks.test.js. */

/**
 * Reads a recording's sketch: half its bytes are peaks, the other half loudness, each 0 to 255 of full scale.
 * Anything else is an empty waveform.
 */
export function read(base64) {
  let bytes = ""
  try {
    bytes = atob(base64 ?? "")
  } catch {
    return []
  }
  const count = Math.floor(bytes.length / 2)
  return Array.from({ length: count }, (_, i) => ({
    peak: bytes.charCodeAt(i) / 255,
    body: bytes.charCodeAt(count + i) / 255,
  }))
}

/** As many strokes as fit: each takes the highest peak and the greatest loudness of its stretch. */
export function resample(points, count) {
  if (!points.length || count < 1) return []
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * points.length) / count)
    const to = Math.max(from + 1, Math.floor(((i + 1) * points.length) / count))
    const part = points.slice(from, to)
    return { peak: Math.max(...part.map((at) => at.peak)), body: Math.max(...part.map((at) => at.body)) }
  })
}

/**
 * Fills the height with the loudest stroke. Quiet stretches stay visible without becoming loud:
 * a root of loudness is nearer to what one hears than loudness is.
 */
export function scale(points) {
  const loudest = Math.max(0, ...points.map((at) => at.peak))
  if (!loudest) return points.map(() => ({ peak: 0, body: 0 }))
  return points.map((at) => {
    const peak = (at.peak / loudest) ** 0.8
    return { peak, body: Math.min(peak, (at.body / loudest) ** 0.55 * 0.95) }
  })
}

/** The path of one layer: vertical strokes about the middle, none shorter than a dot. */
export function strokes(points, pitch, height, layer) {
  const middle = height / 2
  return points
    .map((at, i) => {
      const half = Math.max(0.4, at[layer] * (middle - 1.5))
      return `M${(i * pitch + pitch / 2).toFixed(1)} ${(middle - half).toFixed(1)}v${(half * 2).toFixed(1)}`
    })
    .join("")
}
