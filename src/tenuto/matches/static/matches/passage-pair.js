/**
 * A passage in an upload and in the work that it is. One press plays either; pressed while the other sounds, it goes on
 * at the same moment, so that the two can be told apart or not. Without scripts each side has the browser's own keys.
 * On each [data-from]: data-from, data-to, data-seconds, of a whole in which the passage lies.
 */
import { player } from "../web/js/now.js"

class PassagePair extends HTMLElement {
  #leave = null

  connectedCallback() {
    this.#leave = new AbortController()
    const { signal } = this.#leave
    for (const side of this.#sides) this.#ready(side, signal)
    player.addEventListener("change", () => player.isPlaying && this.#pauseAll(), { signal })
  }

  disconnectedCallback() {
    this.#pauseAll()
    this.#leave?.abort()
  }

  get #sides() {
    return [...this.querySelectorAll("[data-from]")]
  }

  #ready(side, signal) {
    const { audio, button, wave, from, to, seconds } = read(side)
    audio.controls = false
    button.hidden = false
    wave.style.setProperty("--from", `${(100 * from) / seconds}%`)
    wave.style.setProperty("--to", `${(100 * to) / seconds}%`)
    button.addEventListener("click", () => this.#press(side), { signal })
    for (const name of ["play", "pause"]) audio.addEventListener(name, () => show(side), { signal })
    audio.addEventListener("timeupdate", () => this.#follow(side), { signal })
  }

  #press(side) {
    const { audio, from, to } = read(side)
    if (!audio.paused) return audio.pause()
    const other = this.#sides.map(read).find((one) => one.audio !== audio && !one.audio.paused)
    document.querySelectorAll("audio").forEach((one) => one.pause())
    player.pause()
    if (other) {
      const share = (other.audio.currentTime - other.from) / (other.to - other.from)
      audio.currentTime = from + share * (to - from)
    } else if (audio.currentTime < from || audio.currentTime >= to) {
      audio.currentTime = from
    }
    audio.play().catch(() => show(side)) // refused or gone: the button says that nothing sounds
  }

  #follow(side) {
    const { audio, wave, from, to, seconds } = read(side)
    if (audio.currentTime >= to && !audio.paused) {
      audio.pause()
      audio.currentTime = from
    }
    wave.style.setProperty("--at", `${(100 * Math.max(from, audio.currentTime)) / seconds}%`)
  }

  #pauseAll() {
    for (const side of this.#sides) read(side).audio.pause()
  }
}

function read(side) {
  const [from, to, seconds] = [side.dataset.from, side.dataset.to, side.dataset.seconds].map(Number)
  const [audio, button, wave] = ["audio", ".play", "wave-form"].map((what) => side.querySelector(what))
  return { audio, button, wave, from, to, seconds: seconds || to }
}

function show(side) {
  const { audio, button } = read(side)
  button.setAttribute("aria-pressed", String(!audio.paused))
  side.toggleAttribute("data-sounds", !audio.paused)
}

customElements.define("passage-pair", PassagePair)
