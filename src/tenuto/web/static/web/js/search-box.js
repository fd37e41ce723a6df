/**
 * Shows what is found while one types in the field it wraps, as a combobox: arrow keys choose, Enter goes there, Escape
 * closes. Without it the field is a form whose answer is a page.
 */
const PAUSE_MS = 150

class SearchBox extends HTMLElement {
  #waiting = 0
  #asking = null

  connectedCallback() {
    this.field = this.querySelector("input")
    this.place = this.querySelector("[data-part=options]")
    this.said = this.querySelector("[role=status]")
    this.way = this.querySelector("[data-part=way]")
    this.field.setAttribute("role", "combobox")
    this.field.setAttribute("aria-autocomplete", "list")
    this.field.setAttribute("aria-expanded", "false")
    this.field.addEventListener("input", this.#typed)
    this.field.addEventListener("keydown", this.#pressed)
    this.addEventListener("focusout", this.#left)
    this.place.addEventListener("pointerdown", this.#hold)
    this.place.addEventListener("click", this.#chosen)
  }

  disconnectedCallback() {
    this.#close()
    this.field.removeEventListener("input", this.#typed)
    this.field.removeEventListener("keydown", this.#pressed)
    this.removeEventListener("focusout", this.#left)
    this.place.removeEventListener("pointerdown", this.#hold)
    this.place.removeEventListener("click", this.#chosen)
  }

  #typed = () => {
    clearTimeout(this.#waiting)
    this.#asking?.abort()
    if (this.field.value.trim().length < 2) this.#close()
    else this.#waiting = setTimeout(this.#ask, PAUSE_MS)
  }

  #ask = async () => {
    const asking = (this.#asking = new AbortController())
    const address = `${this.dataset.typing}?q=${encodeURIComponent(this.field.value)}`
    try {
      const answer = await fetch(address, { signal: asking.signal })
      if (!answer.ok) return this.#close()
      const options = await answer.text()
      if (!asking.signal.aborted && document.activeElement === this.field) this.#open(options)
    } catch (error) {
      // A newer question, or no connection: the form works as ever.
      if (error.name !== "AbortError") this.#close()
    }
  }

  #open(options) {
    this.place.innerHTML = options
    this.place.hidden = false
    const list = this.place.firstElementChild
    this.field.setAttribute("aria-expanded", "true")
    this.field.setAttribute("aria-controls", list.id)
    this.field.removeAttribute("aria-activedescendant")
    this.said.textContent = list.dataset.said
  }

  #close() {
    clearTimeout(this.#waiting)
    this.#asking?.abort()
    this.place.hidden = true
    this.place.replaceChildren()
    this.said.textContent = ""
    this.field.setAttribute("aria-expanded", "false")
    this.field.removeAttribute("aria-controls")
    this.field.removeAttribute("aria-activedescendant")
  }

  get #options() {
    return [...this.place.querySelectorAll("[role=option]")]
  }

  #pressed = (event) => {
    if (event.isComposing) return
    const options = this.#options
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true")
    if (event.key === "Escape" && options.length) {
      event.preventDefault()
      event.stopPropagation()
      this.#close()
    } else if (event.key === "ArrowDown" && options.length) {
      event.preventDefault()
      this.#choose(options, at + 1 < options.length ? at + 1 : 0)
    } else if (event.key === "ArrowUp" && options.length) {
      event.preventDefault()
      this.#choose(options, at > 0 ? at - 1 : options.length - 1)
    } else if (event.key === "Enter") {
      if (at >= 0) {
        event.preventDefault()
        this.#go(options[at])
      } else this.#close()
    }
  }

  #choose(options, at) {
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)))
    this.field.setAttribute("aria-activedescendant", options[at].id)
    options[at].scrollIntoView({ block: "nearest" })
  }

  /** Pressing on an option does not take the field's focus, or the options would be gone before the click. */
  #hold = (event) => event.preventDefault()

  #chosen = (event) => {
    const option = event.target.closest("[role=option]")
    if (option) this.#go(option)
  }

  /** By a link of the page, so that the player goes on playing. */
  #go(option) {
    this.way.href = option.dataset.href
    this.#close()
    this.way.click()
  }

  #left = (event) => {
    if (!this.contains(event.relatedTarget)) this.#close()
  }
}

customElements.define("search-box", SearchBox)
