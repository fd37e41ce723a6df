/** A button that plays all tracks of the list around it, from the first; and shows whether one of them plays. */
import { player } from "./now.js"

class PlayAll extends HTMLElement {
  #leave = null

  connectedCallback() {
    this.#leave = new AbortController()
    const { signal } = this.#leave
    this.addEventListener("click", this.#press, { signal })
    player.addEventListener("change", this.#show, { signal })
    this.#show()
  }

  disconnectedCallback() {
    this.#leave?.abort()
  }

  get #items() {
    return [...(this.closest("[data-list]")?.querySelectorAll("track-item[data-key]") ?? [])]
      .filter((one) => Number(one.dataset.seconds) > 0)
      .map((one) => one.item)
  }

  /** Does this list play? Not where one of its tracks plays by itself: then pressing plays them all. */
  get #isHere() {
    const [items, key] = [this.#items, player.item?.key]
    const queued = new Set(player.queue.items.map((item) => item.key))
    return items.some((item) => item.key === key) && items.every((item) => queued.has(item.key))
  }

  #press = () => {
    const items = this.#items
    if (this.#isHere) player.toggle()
    else if (items.length) player.playList(items, 0)
  }

  #show = () => {
    this.querySelector("button").setAttribute("aria-pressed", String(player.isPlaying && this.#isHere))
  }
}

customElements.define("play-all", PlayAll)
