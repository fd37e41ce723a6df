/** Copies the value of its field when its button is pressed, and says so. Without JavaScript the text can be selected. */
class CopyText extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").hidden = !navigator.clipboard
    this.addEventListener("click", this.#copy)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#copy)
  }

  #copy = async (event) => {
    if (!event.target.closest("button")) return
    await navigator.clipboard.writeText(this.querySelector("input").value)
    this.querySelector("[role=status]").hidden = false
  }
}

customElements.define("copy-text", CopyText)
