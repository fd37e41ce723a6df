/**
 * How the player talks with the page that embeds it, by postMessage; docs/build/embed.md says what.
 *
 * It hears its own parent alone, and says nothing to anybody until that page has spoken: then it knows its origin, and
 * sends to that origin only. A page without an origin of its own (a file, a sandbox) can be sent nothing safely.
 */
import { read } from "./asked.js"

export class Talk {
  #playing
  #of
  #origin = null
  #before = {}

  constructor(playing, of) {
    this.#playing = playing
    this.#of = of
    if (window.parent === window) return
    addEventListener("message", (event) => this.#hear(event))
    playing.addEventListener("change", () => this.#changed())
    playing.addEventListener("time", () => this.#say("position"))
    playing.addEventListener("end", () => this.#say("end"))
  }

  #hear(event) {
    if (event.source !== window.parent || event.origin === "null") return
    const wish = read(event.data)
    if (!wish) return
    const isNew = this.#origin !== event.origin
    this.#origin = event.origin
    if (isNew) this.#before = this.#now
    if (isNew || wish.asked === "hello") this.#say("ready")
    if (!wish.isKnown || (wish.asked === "track" && wish.number > this.#of)) {
      this.#say("refused", { asked: wish.asked })
      return
    }
    const { asked, seconds, number, share } = wish
    if (asked === "play") this.#playing.play()
    if (asked === "pause") this.#playing.pause()
    if (asked === "seek") this.#playing.seek(seconds)
    if (asked === "track") this.#playing.go(number - 1)
    if (asked === "volume") this.#playing.volume = share
  }

  get #now() {
    const { number, isSounding, status, trouble } = this.#playing
    return { number, isPaused: !isSounding, plays: status === "playing", trouble }
  }

  #changed() {
    const [before, now] = [this.#before, this.#now]
    this.#before = now
    if (now.number !== before.number) this.#say("track")
    if (now.plays && !before.plays) this.#say("play")
    if (now.isPaused && before.isPaused === false) this.#say("pause")
    if (now.trouble && now.trouble !== before.trouble) this.#say("trouble", { trouble: now.trouble })
  }

  #say(event, besides = {}) {
    if (this.#origin === null) return
    const { position, seconds, number, isSounding, track: { key, title, artist, url } } = this.#playing
    const track = { number: number + 1, of: this.#of, key, title, artist, url }
    window.parent.postMessage({ tenuto: event, position, seconds, paused: !isSounding, track, ...besides }, this.#origin)
  }
}
