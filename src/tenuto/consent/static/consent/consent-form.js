/**
 * Rings the cells that were changed and not yet saved, and keeps the save keys in reach while there are any.
 * Without it the form works the same; the keys then stand below the grid.
 */
class ConsentForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this.#mark)
    this.addEventListener("reset", this.#undone)
    this.#mark()
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#mark)
    this.removeEventListener("reset", this.#undone)
  }

  #mark = () => {
    const boxes = [...this.querySelectorAll("input[type=checkbox]")]
    const changed = boxes.filter((box) => box.checked !== box.defaultChecked)
    for (const box of boxes) box.closest(".cell")?.classList.toggle("cell--changed", changed.includes(box))
    this.toggleAttribute("data-changed", changed.length > 0)
    // A tick among what is taken back (“as in my account again”) is no yes, and no no.
    const holds = changed.length > 0 && changed.every((box) => box.name === "open" && !box.checked)
    this.#show("[data-when-changed]", changed.length > 0)
    this.#show("[data-when-holding]", holds)
    this.#show("[data-when-opening]", !holds)
  }

  #show(parts, isShown) {
    for (const part of this.querySelectorAll(parts)) part.hidden = !isShown
  }

  // A form tells before it resets; only afterwards is there something to look at, and to preview.
  #undone = () => setTimeout(() => this.querySelector("form").dispatchEvent(new Event("change", { bubbles: true })))
}

customElements.define("consent-form", ConsentForm)
