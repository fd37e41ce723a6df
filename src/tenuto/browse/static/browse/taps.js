/** How fast somebody taps: moments in milliseconds go in, beats a minute come out. */

const FORGOTTEN = 3_000 // after so long a pause one begins anew
const FEW = 4
const MOST = 33 // 32 beats

export class Taps {
  #moments = []

  /** Notes a tap. Returns how many beats are known, and from the third on how fast they are. */
  tap(moment) {
    if (moment - (this.#moments.at(-1) ?? -Infinity) > FORGOTTEN) this.#moments = []
    this.#moments.push(moment)
    if (this.#moments.length > MOST) this.#moments.shift()
    const beats = this.#moments.length - 1
    return { beats, bpm: this.#moments.length < FEW ? null : (60_000 * beats) / (moment - this.#moments[0]) }
  }
}
