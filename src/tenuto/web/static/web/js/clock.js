/** Times as players write them. Pure; tests/web/clock.test.js. */

/** A moment: 4:52, or 1:04:52. It turns when the second is full. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (number) => String(number).padStart(2, "0")
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** A length, to the nearest second, as pages print it. */
export function length(seconds) {
  return clock(Math.round(Number(seconds)))
}

/** Puts values into a sentence that a template wrote: fill("Play {title}", { title: "Harbour" }). */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}
