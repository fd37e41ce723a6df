/** The queue as a list that one can change. Every row is made from the template beside it. */
import { fill, length } from "./clock.js"
import { player } from "./now.js"

class QueueList extends HTMLElement {
  #leave = null
  #shown = null

  connectedCallback() {
    // Each new page brings a bar of its own that makes room for this one at once: it must do nothing.
    queueMicrotask(() => this.isConnected && this.#begin())
  }

  #begin() {
    this.#leave?.abort()
    this.#leave = new AbortController()
    const { signal } = this.#leave
    this.addEventListener("click", this.#press, { signal })
    this.addEventListener("keydown", this.#keys, { signal })
    player.addEventListener("change", this.#show, { signal })
    this.#shown = null
    this.#show()
  }

  disconnectedCallback() {
    this.#leave?.abort()
  }

  connectedMoveCallback() {}

  #press = (event) => {
    const act = event.target.closest("button[data-do]")?.dataset.do
    if (act === "clear") {
      player.clear()
      // The button that had the focus can do nothing any more.
      return this.querySelector("h2").focus()
    }
    const index = this.#indexOf(event.target)
    if (!act || index < 0) return undefined
    if (act === "play") return index === player.queue.at ? player.toggle() : player.playAt(index)
    if (act === "remove") return this.#remove(index)
    return this.#move(index, act === "up" ? -1 : 1, act)
  }

  /** Alt and an arrow move a row, as in most lists that one can order. */
  #keys = (event) => {
    const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined
    const index = this.#indexOf(event.target)
    if (!by || index < 0) return
    event.preventDefault()
    this.#move(index, by, event.target.closest("button[data-do]")?.dataset.do ?? "play")
  }

  #move(index, by, focused) {
    player.move(index, index + by)
    const row = this.querySelectorAll("li")[Math.min(Math.max(index + by, 0), player.queue.items.length - 1)]
    const button = row?.querySelector(`[data-do=${focused}]`)
    const able = button?.disabled ? row.querySelector("[data-do=play]") : button
    able?.focus()
    able?.scrollIntoView({ block: "nearest" })
  }

  #remove(index) {
    player.remove(index)
    const rows = this.querySelectorAll("li")
    rows[Math.min(index, rows.length - 1)]?.querySelector("[data-do=remove]").focus()
  }

  #indexOf(element) {
    return [...this.querySelectorAll("li")].indexOf(element.closest("li"))
  }

  #show = () => {
    const { items, at } = player.queue
    if (this.#shown !== items) this.#rows(items)
    this.#shown = items
    this.querySelectorAll("li").forEach((row, i) => {
      if (i === at) row.setAttribute("aria-current", "true")
      else row.removeAttribute("aria-current")
      row.querySelector("[data-do=play]").setAttribute("aria-pressed", String(i === at && player.isPlaying))
    })
    this.querySelector("[data-do=clear]").disabled = items.length < 2
  }

  #rows(items) {
    const template = this.querySelector("template")
    const rows = items.map((item, i) => {
      const row = template.content.firstElementChild.cloneNode(true)
      row.querySelector("img").src = item.cover
      row.querySelector("[data-row=title]").textContent = item.title
      row.querySelector("[data-row=artist]").textContent = item.artist
      row.querySelector("time").textContent = length(item.seconds)
      for (const button of row.querySelectorAll("[data-label]")) {
        button.setAttribute("aria-label", fill(button.dataset.label, item))
      }
      row.querySelector("[data-do=up]").disabled = i === 0
      row.querySelector("[data-do=down]").disabled = i === items.length - 1
      return row
    })
    this.querySelector("ol").replaceChildren(...rows)
  }
}

customElements.define("queue-list", QueueList)
