/** How much of a track has really been heard, and when that is worth telling. Pure; tests/web/hearing.test.js. */

// Between two looks the position moves by less than this, unless somebody sought.
const LONGEST_STEP_SECONDS = 2
const REPORT_EVERY_SECONDS = 15

export class Hearing {
  #position = null
  #told = 0
  seconds = 0

  constructor(trackSeconds) {
    // As the server counts: 30 seconds, or the half of what is shorter than a minute.
    this.needed = Math.min(30, (trackSeconds || 60) / 2)
  }

  /** The track has come to `position` by playing. */
  at(position) {
    const step = this.#position === null ? 0 : position - this.#position
    if (step > 0 && step <= LONGEST_STEP_SECONDS) this.seconds += step
    this.#position = position
  }

  /** The track was moved, or stands still: what lies between was not heard. */
  leap() {
    this.#position = null
  }

  /** Is it time to tell the server? At the moment that makes a play, and then now and again. */
  get isNews() {
    const reached = this.seconds >= this.needed && this.#told < this.needed
    return reached || this.seconds - this.#told >= REPORT_EVERY_SECONDS
  }

  get untold() {
    return this.seconds > this.#told
  }

  told() {
    this.#told = this.seconds
  }
}
