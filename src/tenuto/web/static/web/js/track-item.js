/**
 * A track on a page: its play button, its waveform as a slider, and its keys for the queue work through the player.
 * data-key, -title, -artist, -url, -cover, -seconds, -peaks, -open (everybody may hear it), -source (what kind of page).
 * Pressing play in a list plays on through the list: all items under the nearest [data-list].
 */
import { clock, fill, length } from "./clock.js"
import { player } from "./now.js"
import "./wave-form.js"

class TrackItem extends HTMLElement {
  #leave = null

  connectedCallback() {
    this.#leave = new AbortController()
    const { signal } = this.#leave
    this.addEventListener("click", this.#press, { signal })
    this.addEventListener("input", this.#slide, { signal })
    this.addEventListener("keydown", this.#keys, { signal })
    player.addEventListener("change", this.#show, { signal })
    player.addEventListener("time", this.#place, { signal })
    this.#show()
    this.#place()
  }

  disconnectedCallback() {
    this.#leave?.abort()
  }

  get item() {
    const { key, title, artist, url, cover, peaks, source } = this.dataset
    return { key, title, artist, url, cover, peaks, source, seconds: Number(this.dataset.seconds), open: this.dataset.open === "yes" }
  }

  get #isCurrent() {
    return player.item?.key === this.dataset.key
  }

  get #slider() {
    return this.querySelector("wave-form input")
  }

  #play(from = null) {
    const list = [...(this.closest("[data-list]")?.querySelectorAll("track-item") ?? [this])]
    player.playList(list.map((one) => one.item), list.indexOf(this), from)
  }

  #press = (event) => {
    const button = event.target.closest("button")
    // A track's page has items of other tracks within it: each answers for its own buttons only.
    if (button?.closest("track-item") !== this) return
    if (button.matches(".play")) {
      if (this.#isCurrent) player.toggle()
      else this.#play()
    }
    if (button.dataset.queue === "next") player.addNext(this.item)
    if (button.dataset.queue === "last") player.addLast(this.item)
    if (button.dataset.queue) this.#say(button)
  }

  /** The button says for a moment that it was done, in words of its own. */
  #say(button) {
    const word = button.querySelector("[data-done]")
    if (!word) return
    button.setAttribute("data-did", "")
    const live = document.getElementById("player-said")
    if (live) live.textContent = fill(word.dataset.done, this.item)
    setTimeout(() => button.removeAttribute("data-did"), 1600)
  }

  #slide = (event) => {
    if (event.target !== this.#slider) return
    const seconds = Number(event.target.value)
    if (this.#isCurrent) {
      player.seek(seconds)
      if (!player.isPlaying) player.resume()
    } else {
      this.#play(seconds)
    }
  }

  #keys = (event) => {
    if (event.target !== this.#slider) return
    const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    if (this.#isCurrent) player.skip(by)
    else this.#play(Math.max(0, by))
  }

  #show = () => {
    const sounds = this.#isCurrent && player.isPlaying
    this.querySelector(".play")?.setAttribute("aria-pressed", String(sounds))
    this.toggleAttribute("data-current", this.#isCurrent)
    if (!this.#isCurrent) this.#put(0)
  }

  #place = () => {
    if (this.#isCurrent) this.#put(player.position)
  }

  #put(position) {
    const slider = this.#slider
    if (!slider) return
    const seconds = Number(this.dataset.seconds) || player.seconds
    slider.value = String(position)
    slider.setAttribute("aria-valuetext", fill(this.dataset.placeLabel ?? "{at}", { at: clock(position), of: length(seconds) }))
    const wave = slider.closest("wave-form")
    wave.played = seconds ? position / seconds : 0
    const at = this.querySelector("[data-part=at]")
    if (at) at.textContent = clock(position)
  }
}

customElements.define("track-item", TrackItem)
