/** Copies the address in data-text when its button is pressed, and says so with words that stand in it. */
class ShareLink extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#copy)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#copy)
  }

  #copy = async (event) => {
    const button = event.target.closest("button")
    if (!button) return
    const text = new URL(this.dataset.text, location.href).href
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      // Without https browsers keep the clipboard shut: show the text, ready to be copied by hand.
      const field = this.querySelector("input")
      if (!field) return
      field.value = text
      field.hidden = false
      field.select()
      return
    }
    this.toggleAttribute("data-copied", true)
    const said = this.querySelector("[data-said]")
    if (said) said.hidden = false
    setTimeout(() => {
      this.removeAttribute("data-copied")
      if (said) said.hidden = true
    }, 2000)
  }
}

customElements.define("share-link", ShareLink)
