/** Shows a chosen picture at once, before it is sent, and says when it is too large. */
class PictureField extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this.#show)
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#show)
    URL.revokeObjectURL(this.#address)
  }

  #address = ""

  #show = (event) => {
    if (event.target.type !== "file") return
    const [file] = event.target.files
    const tooLarge = file !== undefined && file.size > Number(this.dataset.maxBytes)
    this.querySelector("[data-when=large]").hidden = !tooLarge
    if (tooLarge) event.target.value = ""
    if (!file || tooLarge) return
    URL.revokeObjectURL(this.#address)
    this.#address = URL.createObjectURL(file)
    this.querySelector("img").src = this.#address
    const none = this.querySelector("input[type=checkbox]")
    if (none) none.checked = false
  }
}

customElements.define("picture-field", PictureField)
