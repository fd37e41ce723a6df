/**
 * What plays in a frame on somebody else's page. Unlike the site's own player it keeps nothing: no queue, no position,
 * no volume. Who listens is a word that is made up when the page is loaded and gone with it.
 *
 * "change": what plays, and how; "time": where it is; "end": a track was heard to its end.
 * trouble: null, or "offline", "gone", "enough", "unplayable", "blocked".
 */
import { Hearing } from "../web/js/hearing.js"
import * as listens from "../web/js/listens.js"
import { Sound } from "../web/js/sound.js"

const AGAIN_WITHIN_MS = 20_000

export class Playing extends EventTarget {
  number = 0
  status = "paused"
  trouble = null
  sketch = null

  #tracks
  #address
  #sound = new Sound()
  #hearing = null
  #position = 0
  #turn = 0
  #retry = null
  #lastFailure = 0

  constructor(address, tracks) {
    super()
    const visit = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
    this.#address = `${address}?visit=${visit}`
    this.#tracks = tracks
    const on = (name, act) => this.#sound.addEventListener(name, act)
    on("timeupdate", () => this.#moved())
    on("seeked", () => this.#moved())
    on("playing", () => this.#set("playing", null))
    on("waiting", () => this.isSounding && this.#set("loading", null))
    on("pause", () => this.#stopped())
    on("ended", () => this.#ended())
    on("error", () => this.#failed())
    addEventListener("pagehide", () => this.#tell())
    document.addEventListener("visibilitychange", () => document.hidden && this.#tell())
  }

  get track() {
    return this.#tracks[this.number]
  }

  get seconds() {
    return this.#loaded ? this.#sound.now.seconds : this.track.seconds
  }

  get position() {
    return this.#position
  }

  get isSounding() {
    return this.status !== "paused"
  }

  get #loaded() {
    return this.#sound.now.data?.key === this.track.key
  }

  toggle() {
    if (this.isSounding) this.pause()
    else this.play()
  }

  play() {
    if (this.isSounding) return
    this.#sound.wake()
    if (this.#loaded && this.trouble === null) this.#start()
    else this.#begin(this.#position)
  }

  pause() {
    clearTimeout(this.#retry)
    if (this.status === "loading") this.#turn += 1
    this.#sound.now.pause()
    this.#set("paused", this.trouble)
    this.#tell()
  }

  /** To another track, or to the same from its beginning. */
  go(number) {
    if (!this.#tracks[number]) return
    this.#sound.wake()
    this.#tell()
    this.#turn += 1
    this.#sound.now.unload()
    this.#hearing = null
    this.number = number
    this.#begin(0)
  }

  seek(seconds) {
    this.#hearing?.leap()
    this.#position = Math.min(Math.max(0, seconds), Math.max(0, this.seconds - 0.25))
    if (this.#loaded) this.#sound.now.position = this.#position
    this.#announce("time")
  }

  set volume(share) {
    this.#sound.volume = share
  }

  /** Ask where the sound is, and play from `position` on. `again` goes on with a listen whose addresses have ended. */
  async #begin(position, again = null) {
    clearTimeout(this.#retry)
    const turn = ++this.#turn
    this.#position = position
    this.#set("loading", null)
    this.#announce("time")
    try {
      const data = await listens.begin(this.#address, this.track.key, "embed", again)
      if (turn !== this.#turn) return
      this.#sound.now.load(data)
      this.sketch = data.sketch
    } catch (error) {
      if (turn === this.#turn) this.#refused(error, again)
      return
    }
    if (!again) this.#hearing = new Hearing(this.#sound.now.data.seconds)
    if (position > 0) this.#sound.now.position = position
    this.#announce("change")
    this.#start()
  }

  async #start() {
    const turn = this.#turn
    this.#set("loading", null)
    try {
      await this.#sound.now.play()
    } catch (error) {
      // Another track came in between, or the file failed, which has its own event.
      if (turn === this.#turn && error.name === "NotAllowedError") this.#set("paused", "blocked")
    }
  }

  #refused(error, again) {
    if (error instanceof listens.Unreachable) this.#set("paused", "offline")
    else if (error instanceof listens.Later) this.#later(error.seconds, again)
    else if (error.status === 404 && again) this.#begin(this.#position)
    else if (error.status === 404) this.#set("paused", "gone")
    else this.#set("paused", "unplayable")
  }

  /** More was taken than may be for now. A moment is waited for in silence; a day is not. */
  #later(seconds, again) {
    if (seconds > listens.LONGEST_WAIT_SECONDS) return this.#set("paused", "enough")
    this.#set("loading", null)
    this.#retry = setTimeout(() => this.#begin(this.#position, again), seconds * 1000)
  }

  /** The sound broke off. Its address may have ended, so ask for another one, once, and go on where it was. */
  async #failed() {
    const data = this.#sound.now.data
    if (!data || !this.#loaded || !this.isSounding) return
    const turn = this.#turn
    const seconds = this.#sound.now.source ? await listens.delay(this.#sound.now.source) : null
    if (turn !== this.#turn || !this.isSounding) return
    if (seconds !== null) return this.#later(seconds, data.listen)
    const now = Date.now()
    const twice = now - this.#lastFailure < AGAIN_WITHIN_MS
    this.#lastFailure = now
    if (twice) {
      this.#sound.now.unload()
      this.#set("paused", "unplayable")
    } else {
      this.#begin(this.#position, data.listen)
    }
  }

  #moved() {
    if (!this.#loaded) return
    if (this.status === "loading" && this.#sound.now.position === 0 && this.#position > 0) return
    this.#position = this.#sound.now.position
    if (!this.#sound.now.paused) this.#hearing?.at(this.#position)
    if (this.#hearing?.isNews) this.#tell()
    this.#announce("time")
  }

  /** Somebody else stopped it: the phone, a headset that was pulled out. */
  #stopped() {
    this.#hearing?.leap()
    if (this.status !== "playing" || this.#sound.now.position >= this.seconds - 0.05) return
    this.#set("paused", null)
    this.#tell()
  }

  #ended() {
    this.#tell()
    this.#announce("end")
    if (this.#tracks[this.number + 1]) return this.go(this.number + 1)
    this.#turn += 1
    this.#sound.now.unload()
    this.#hearing = null
    this.#position = 0
    this.#set("paused", null)
    this.#announce("time")
  }

  async #tell() {
    const [hearing, data, position] = [this.#hearing, this.#sound.now.data, this.#position]
    if (!hearing?.untold || !data) return
    hearing.told()
    try {
      await listens.report(data.report, position, hearing.seconds)
    } catch {
      // The next report says the same and more.
    }
  }

  #set(status, trouble) {
    if (this.status === status && this.trouble === trouble) return
    this.status = status
    this.trouble = trouble
    this.#announce("change")
  }

  #announce(name) {
    this.dispatchEvent(new Event(name))
  }
}
