/**
 * Lights the line that is sung while its track plays, and plays from a line that is pressed. Up and down go from line
 * to line; the list is one stop of the Tab key. Without this the lines are plain text.
 */
import { player } from "../web/js/now.js"
import { lineAt } from "./lines.js"

class SungLines extends HTMLElement {
  #leave = null
  #lines = []
  #lit = null

  connectedCallback() {
    this.#leave = new AbortController()
    const { signal } = this.#leave
    this.#lines = [...this.querySelectorAll("li[data-at]")].map((row) => this.#line(row))
    this.#reachable(this.#keys[0])
    this.querySelector("ol").classList.add("lyrics__lines--timed")
    this.addEventListener("click", this.#seek, { signal })
    this.addEventListener("keydown", this.#step, { signal })
    player.addEventListener("time", this.#pass, { signal })
  }

  disconnectedCallback() {
    this.#leave?.abort()
  }

  get #keys() {
    return this.#lines.flatMap(({ key }) => key ?? [])
  }

  /** A line with words becomes a key that plays from there; a pause stays as it is. */
  #line(row) {
    const line = { row, at: Number(row.dataset.at), key: row.querySelector("button") }
    if (!line.key && !row.classList.contains("lyrics__pause")) {
      line.key = Object.assign(document.createElement("button"), { type: "button", className: "lyrics__line", tabIndex: -1 })
      line.key.append(...row.childNodes)
      row.append(line.key)
    }
    line.words = [...row.querySelectorAll("span[data-at]")].map((word) => ({ word, at: Number(word.dataset.at) }))
    return line
  }

  #reachable(key) {
    for (const other of this.#keys) other.tabIndex = other === key ? 0 : -1
  }

  #seek = (event) => {
    const row = event.target.closest("button")?.closest("li")
    const slider = this.closest("track-item")?.querySelector("wave-form input")
    if (!row || !slider) return
    this.#reachable(row.querySelector("button"))
    slider.value = row.dataset.at
    // As if it had been moved by hand: the track answers for what then plays.
    slider.dispatchEvent(new Event("input", { bubbles: true }))
  }

  #step = (event) => {
    const keys = this.#keys
    const here = keys.indexOf(document.activeElement)
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: keys.length - 1 }[event.key]
    if (here < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey || !keys[to]) return
    event.preventDefault()
    event.stopPropagation() // the player's own keys
    this.#reachable(keys[to])
    keys[to].focus()
  }

  #pass = () => {
    const isHere = player.item?.key === this.closest("track-item")?.dataset.key
    const now = isHere ? this.#lines[lineAt(this.#lines, player.position)] : undefined
    if (now !== this.#lit) this.#light(now)
    for (const { word, at } of now?.words ?? []) word.classList.toggle("lyrics__sung", at <= player.position)
  }

  #light(line) {
    this.#lit?.key?.removeAttribute("aria-current")
    this.#lit = line ?? null
    if (!line?.key) return
    line.key.setAttribute("aria-current", "true")
    // Whoever reads or goes along the lines is not pulled away. The list moves, never the page.
    if (this.matches(":hover, :focus-within")) return
    const list = line.row.parentElement
    list.scrollTop = line.row.offsetTop - list.offsetTop - (list.clientHeight - line.row.offsetHeight) / 2
  }
}

customElements.define("sung-lines", SungLines)
