/**
 * The bar at the foot of every page: shows what the player does and lets one steer it.
 * It stays in the page while pages change (hx-preserve); all words in it come from its template.
 */
import { clock, fill, length } from "./clock.js"
import { player } from "./now.js"
import "./wave-form.js"

const NO_COVER = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"

class SoundBar extends HTMLElement {
  #leave = null
  #cover = null
  #isHeld = false

  connectedCallback() {
    // Each new page brings a bar of its own that makes room for this one at once: it must do nothing.
    queueMicrotask(() => this.isConnected && this.#begin())
  }

  #begin() {
    this.#leave?.abort()
    this.#leave = new AbortController()
    const { signal } = this.#leave
    this.addEventListener("click", this.#press, { signal })
    this.addEventListener("input", this.#slide, { signal })
    this.addEventListener("change", () => (this.#isHeld = false), { signal })
    this.addEventListener("keydown", this.#keys, { signal })
    // The cover of a track that is no longer shared with one is gone with it.
    this.#part("cover").addEventListener("error", (event) => (event.target.src = NO_COVER), { signal })
    player.addEventListener("change", this.#show, { signal })
    player.addEventListener("time", this.#place, { signal })
    this.#show()
    this.#place()
  }

  disconnectedCallback() {
    this.#leave?.abort()
  }

  connectedMoveCallback() {}

  #part(name) {
    return this.querySelector(`[data-part=${name}]`)
  }

  #press = (event) => {
    const act = event.target.closest("button[data-act]")?.dataset.act
    if (act === "back") player.back()
    else if (act === "toggle") player.toggle()
    else if (act === "next") player.next()
    else if (act === "mute") player.setVolume(player.volume || 0.5, !player.muted && player.volume > 0)
    else if (act === "queue") this.toggleQueue()
  }

  #slide = (event) => {
    if (event.target.dataset.part === "volume") player.setVolume(Number(event.target.value) / 100)
    if (event.target.dataset.part !== "position") return
    this.#isHeld = event.target.matches(":active")
    player.seek(Number(event.target.value))
  }

  #keys = (event) => {
    if (event.key === "Escape" && !this.#part("queue").hidden) this.toggleQueue(false)
    if (event.target.dataset.part !== "position") return
    const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    player.skip(by)
  }

  /** Nothing of what played last stays in the page: it may have been for those alone who signed out. */
  #forget() {
    this.#part("title").textContent = this.#part("artist").textContent = ""
    this.#part("title").setAttribute("href", "/")
    this.#part("cover").setAttribute("src", "data:,")
    this.#part("wave").removeAttribute("data-peaks")
    this.#cover = null
  }

  toggleQueue(open = this.#part("queue").hidden) {
    const [panel, key] = [this.#part("queue"), this.querySelector("[data-act=queue]")]
    panel.hidden = !open
    key.setAttribute("aria-expanded", String(open))
    if (open) panel.querySelector("h2").focus()
    else if (panel.contains(document.activeElement) || document.activeElement === document.body) key.focus()
  }

  #show = () => {
    const item = player.item
    this.hidden = !item
    if (!item) return this.#forget()
    const title = this.#part("title")
    if (title.textContent !== item.title) title.textContent = item.title
    if (title.getAttribute("href") !== item.url) title.setAttribute("href", item.url)
    this.#part("artist").textContent = item.artist
    if (this.#cover !== item.cover) this.#part("cover").setAttribute("src", item.cover)
    this.#cover = item.cover
    const wave = this.#part("wave")
    if (wave.dataset.peaks !== item.peaks) wave.dataset.peaks = item.peaks ?? ""
    this.#part("position").setAttribute("aria-label", fill(this.dataset.positionLabel, item))
    this.#part("play").setAttribute("aria-pressed", String(player.isPlaying))
    this.toggleAttribute("data-busy", player.status === "loading")
    this.#part("next").disabled = player.queue.at >= player.queue.items.length - 1

    const words = this.#part("trouble")
    for (const one of words.children) one.hidden = one.dataset.trouble !== player.trouble
    words.toggleAttribute("data-any", player.trouble !== null)

    const loud = player.muted ? 0 : Math.round(player.volume * 100)
    const volume = this.#part("volume")
    if (Number(volume.value) !== loud) volume.value = String(loud)
    this.querySelector("[data-act=mute]").setAttribute("aria-pressed", String(loud === 0))
  }

  #place = () => {
    const [position, seconds] = [player.position, player.seconds]
    const slider = this.#part("position")
    slider.max = String(seconds || 1)
    if (!this.#isHeld) slider.value = String(position)
    slider.setAttribute("aria-valuetext", fill(this.dataset.placeLabel, { at: clock(position), of: length(seconds) }))
    this.#part("wave").played = seconds ? position / seconds : 0
    this.style.setProperty("--played", `${seconds ? ((position / seconds) * 100).toFixed(2) : 0}%`)
    this.#part("at").textContent = clock(position)
    this.#part("of").textContent = length(seconds)
  }
}

customElements.define("sound-bar", SoundBar)
