/**
 * A list of tracks that can be put in order: by its buttons, with Alt and an arrow, or by the handle of a row.
 * Each move is saved at once. Without this the buttons are forms and do the same.
 */
import { fill } from "./clock.js"
import { neighbour } from "./order.js"

class OrderList extends HTMLElement {
  #leave = null
  #saving = Promise.resolve()
  #dragged = null

  connectedCallback() {
    if ("fixed" in this.dataset) return
    this.#leave = new AbortController()
    const { signal } = this.#leave
    this.addEventListener("click", this.#press, { signal })
    this.addEventListener("keydown", this.#keys, { signal })
    this.addEventListener("pointerdown", this.#grasp, { signal })
  }

  disconnectedCallback() {
    this.#leave?.abort()
  }

  get #rows() {
    return [...this.querySelectorAll("ol > li")]
  }

  #press = (event) => {
    const button = event.target.closest("button[data-do]")
    if (!button) return
    event.preventDefault()
    const row = button.closest("li")
    this.#move(row, this.#rows.indexOf(row) + (button.dataset.do === "up" ? -1 : 1))
    const able = button.disabled ? row.querySelector("button[data-do]:not(:disabled)") : button
    able?.focus()
  }

  #keys = (event) => {
    const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined
    const row = event.target.closest("ol > li")
    if (!by || !row) return
    event.preventDefault()
    const focused = document.activeElement
    this.#move(row, this.#rows.indexOf(row) + by)
    focused?.focus()
  }

  /** The row follows the pointer from place to place; where it is let go it stays. */
  #grasp = (event) => {
    const row = event.target.closest("[data-handle]")?.closest("li")
    if (!row || event.button > 0) return
    event.preventDefault()
    const from = this.#rows.indexOf(row)
    const order = this.#rows
    this.#dragged = row
    row.toggleAttribute("data-moving", true)
    const drag = new AbortController()
    const end = (kept) => {
      drag.abort()
      row.toggleAttribute("data-moving", false)
      this.#dragged = null
      const to = this.#rows.indexOf(row)
      if (!kept) this.querySelector("ol").replaceChildren(...order)
      else if (to !== from) this.#save(row, neighbour(order.map((one) => one.dataset.key), from, to))
      this.#number()
    }
    const follow = ({ clientY }) => {
      const under = this.#rows.find((one) => {
        const box = one.getBoundingClientRect()
        return one !== row && clientY >= box.top && clientY < box.bottom
      })
      if (!under) return
      if (this.#rows.indexOf(under) < this.#rows.indexOf(row)) under.before(row)
      else under.after(row)
    }
    const on = (name, act) => document.addEventListener(name, act, { signal: drag.signal })
    on("pointermove", follow)
    on("pointerup", () => end(true))
    on("pointercancel", () => end(false))
    on("keydown", ({ key }) => key === "Escape" && end(false))
  }

  #move(row, to) {
    const rows = this.#rows
    const saved = neighbour(rows.map((one) => one.dataset.key), rows.indexOf(row), to)
    if (!saved) return
    if (saved.before) rows[to].before(row)
    else rows[to].after(row)
    this.#number()
    this.#save(row, saved)
    row.scrollIntoView({ block: "nearest" })
  }

  /** One after the other, in the order in which they were made: each says where it goes by its neighbour. */
  #save(row, beside) {
    const address = row.querySelector("button[data-do]").closest("form").action
    const body = new URLSearchParams(beside)
    this.#saving = this.#saving.then(() => this.#send(address, body))
    this.#say(fill(this.dataset.said, { title: row.dataset.title, place: this.#rows.indexOf(row) + 1, of: this.#rows.length }))
  }

  async #send(address, body) {
    try {
      const headers = { "X-CSRFToken": document.body.dataset.csrf ?? "", "HX-Request-Type": "partial" }
      const response = await fetch(address, { method: "POST", credentials: "same-origin", keepalive: true, headers, body })
      if (!response.ok) throw new Error(String(response.status))
    } catch {
      this.#say(this.dataset.lost)
      this.querySelector("[data-part=said]").classList.remove("unseen")
    }
  }

  /** The first cannot go up, the last not down; and the forms know their new neighbours. */
  #number() {
    const rows = this.#rows
    rows.forEach((row, i) => {
      const [up, down] = [row.querySelector("[data-do=up]"), row.querySelector("[data-do=down]")]
      up.value = rows[i - 1]?.dataset.key ?? ""
      down.value = rows[i + 1]?.dataset.key ?? ""
      up.disabled = i === 0
      down.disabled = i === rows.length - 1
    })
  }

  #say(words) {
    this.querySelector("[data-part=said]").textContent = words
  }
}

customElements.define("order-list", OrderList)
