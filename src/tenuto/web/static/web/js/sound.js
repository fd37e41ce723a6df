/**
 * The sound itself: two Audio elements that never stand in a page, so that no change of page can touch them.
 * While one plays, the other gets the next track ready.
 */

import { LEAST_RAISE_DB, levels } from "./levels.js"

const EVENTS = ["timeupdate", "playing", "pause", "waiting", "ended", "error", "seeked", "durationchange"]

class Voice extends EventTarget {
  #audio = new Audio()
  #amplifier = null
  #gainDb = 0
  #volume = 1
  /** What was asked to play, so that a late event of an earlier track can be told apart. */
  data = null

  constructor() {
    super()
    this.#audio.preload = "auto"
    for (const name of EVENTS) this.#audio.addEventListener(name, () => this.dispatchEvent(new Event(name)))
  }

  /** Phones let a page sound only where a finger has been: touch each element while the finger is there. */
  wake() {
    if (!this.#audio.src) this.#audio.load()
    amplifiers?.resume()
  }

  load(data) {
    const source = data.sources.find((one) => this.#audio.canPlayType(one.type)) ?? data.sources.at(-1)
    this.data = data
    this.#gainDb = Number(data.gain_db) || 0
    this.#audio.src = source?.src ?? ""
    this.#level()
  }

  unload() {
    this.data = null
    this.#audio.pause()
    if (!this.#audio.src) return
    this.#audio.removeAttribute("src")
    this.#audio.load()
  }

  /** The address that plays. */
  get source() {
    return this.#audio.src
  }

  async play() {
    await this.#raise()
    await this.#audio.play()
  }

  pause() {
    this.#audio.pause()
  }

  get paused() {
    return this.#audio.paused
  }

  get position() {
    return this.#audio.currentTime
  }

  set position(seconds) {
    // Before the length is known some browsers forget where they were told to begin.
    if (this.#audio.readyState >= HTMLMediaElement.HAVE_METADATA) this.#audio.currentTime = seconds
    else this.#audio.addEventListener("loadedmetadata", () => (this.#audio.currentTime = seconds), { once: true })
  }

  get seconds() {
    return Number.isFinite(this.#audio.duration) ? this.#audio.duration : (this.data?.seconds ?? 0)
  }

  set volume(share) {
    this.#volume = share
    this.#level()
  }

  /** An element keeps its amplifier once it has one; then it may well raise by nothing. */
  #level() {
    const { element, amplifier } = levels(this.#volume, this.#gainDb)
    this.#audio.volume = element
    if (this.#amplifier) this.#amplifier.gain.value = amplifier
  }

  async #raise() {
    if (!this.#amplifier && this.#gainDb < LEAST_RAISE_DB) return
    const room = await amplifierRoom()
    // An amplifier that may not run would make silence of the sound. Better as quiet as it is.
    if (this.#amplifier || room?.state !== "running") return
    this.#amplifier = room.createGain()
    room.createMediaElementSource(this.#audio).connect(this.#amplifier).connect(room.destination)
    this.#level()
  }
}

let amplifiers = null

/** Where amplifiers stand, running if the browser lets it: it does so once somebody has touched the page. */
async function amplifierRoom() {
  if (!("AudioContext" in window)) return null
  amplifiers ??= new AudioContext({ latencyHint: "playback" })
  // Where there is no leave yet, the promise just stays open.
  if (amplifiers.state !== "running") await Promise.race([amplifiers.resume(), new Promise((done) => setTimeout(done, 300))])
  return amplifiers
}

export class Sound extends EventTarget {
  #now = new Voice()
  #next = new Voice()

  constructor() {
    super()
    for (const voice of [this.#now, this.#next]) {
      for (const name of EVENTS) {
        voice.addEventListener(name, () => voice === this.#now && this.dispatchEvent(new Event(name)))
      }
    }
  }

  wake() {
    this.#now.wake()
    this.#next.wake()
  }

  get now() {
    return this.#now
  }

  /** Get a track ready while another one plays. */
  prepare(data) {
    this.#next.load(data)
  }

  get prepared() {
    return this.#next.data
  }

  forgetPrepared() {
    this.#next.unload()
  }

  /** The track that was got ready is the one that plays now. */
  turn() {
    ;[this.#now, this.#next] = [this.#next, this.#now]
    this.#next.unload()
  }

  set volume(share) {
    this.#now.volume = share
    this.#next.volume = share
  }
}
