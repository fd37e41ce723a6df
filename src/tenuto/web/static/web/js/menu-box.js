/** Closes the menu it wraps when one presses Escape, chooses, or goes elsewhere. Without it the menu still opens. */
class MenuBox extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", this.#away)
    this.addEventListener("focusout", this.#left)
    this.addEventListener("keydown", this.#escape)
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#away)
    this.removeEventListener("focusout", this.#left)
    this.removeEventListener("keydown", this.#escape)
  }

  get #menu() {
    return this.querySelector("details")
  }

  #away = (event) => {
    const chosen = event.target.closest?.("a, button")
    if (!this.contains(event.target) || chosen) this.#menu.open = false
  }

  #left = (event) => {
    if (event.relatedTarget && !this.contains(event.relatedTarget)) this.#menu.open = false
  }

  #escape = (event) => {
    if (event.key !== "Escape" || !this.#menu.open) return
    event.stopPropagation()
    this.#menu.open = false
    this.#menu.querySelector("summary").focus()
  }
}

customElements.define("menu-box", MenuBox)
