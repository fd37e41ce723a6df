/** Writes the tempo of taps on its button into its field. Without JavaScript one writes the number. */
import { Taps } from "./taps.js"

class TapTempo extends HTMLElement {
  #taps = new Taps()

  connectedCallback() {
    this.querySelector(".tap").hidden = false
    this.#button.addEventListener("pointerdown", this.#pressed)
    this.#button.addEventListener("keydown", this.#keyed)
  }

  disconnectedCallback() {
    this.#button.removeEventListener("pointerdown", this.#pressed)
    this.#button.removeEventListener("keydown", this.#keyed)
  }

  get #button() {
    return this.querySelector("button")
  }

  // When a finger comes down, not when it leaves: that is the beat.
  #pressed = (event) => this.#tapped(event.timeStamp)

  #keyed = (event) => {
    if (event.repeat || (event.key !== " " && event.key !== "Enter")) return
    this.#tapped(event.timeStamp)
  }

  #tapped(moment) {
    const { beats, bpm } = this.#taps.tap(moment)
    const words = this.querySelector("[role=status]")
    words.textContent = bpm === null ? words.dataset.few : words.dataset.many.replace("{count}", beats)
    if (bpm !== null) this.querySelector("input").value = bpm.toFixed(1).replace(".0", "")
  }
}

customElements.define("tap-tempo", TapTempo)
