/** One file on its way: how far it is, and the keys to pause it, go on, or leave it. Its words stand on upload-list. */
import { fill } from "../web/js/clock.js"
import { duration, size } from "./words.js"

const WORDS = { waiting: "Waiting", starting: "Starting", paused: "Paused", lost: "Lost", "signed-out": "SignedOut" }

class UploadFile extends HTMLElement {
  #transfer = null

  set transfer(transfer) {
    this.#transfer = transfer
    for (const place of this.querySelectorAll("[data-name]")) place.textContent = transfer.file.name
    this.querySelector("[data-size]").textContent = size(transfer.file.size, document.documentElement.lang)
    this.#listen()
  }

  connectedCallback() {
    this.addEventListener("click", this.#pressed)
    this.#listen()
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#pressed)
    for (const what of ["progress", "lost"]) this.#transfer?.removeEventListener(what, this.#draw)
  }

  #listen() {
    if (!this.#transfer || !this.isConnected) return
    for (const what of ["progress", "lost"]) this.#transfer.addEventListener(what, this.#draw)
    this.#draw()
  }

  #pressed = (event) => {
    const button = event.target.closest("button")
    if (!button) return
    if (button.matches("[data-pause]")) this.#transfer.pause()
    if (button.matches("[data-resume]")) this.#transfer.start()
    // The key that was pressed has gone; its counterpart has come in its place.
    if (button.hidden) this.querySelector(".file__keys button:not([hidden])").focus()
    if (button.matches("[data-remove]")) this.dispatchEvent(new Event("leave", { bubbles: true }))
  }

  #draw = () => {
    const { state, done, file, left, retryIn } = this.#transfer
    const share = (100 * done) / file.size
    const line = this.querySelector(".file__line")
    line.style.setProperty("--done", `${share.toFixed(1)}%`)
    line.setAttribute("aria-valuenow", Math.floor(share))
    const stopped = state === "paused" || state === "signed-out"
    this.querySelector("[data-pause]").hidden = stopped || state === "waiting"
    this.querySelector("[data-resume]").hidden = !stopped
    const place = this.querySelector("[data-words]")
    const words = this.#words(state, done, left, retryIn)
    if (place.textContent !== words) place.textContent = words
  }

  #words(state, done, left, retryIn) {
    const language = document.documentElement.lang
    const sending = retryIn ? "lost" : done ? "sending" : "starting"
    const now = state === "sending" ? sending : state
    const name = WORDS[now] ?? (left === null ? "Sending" : "SendingLeft")
    return fill(this.closest("upload-list")?.dataset[`words${name}`] ?? "", {
      done: size(done, language),
      whole: size(this.#transfer.file.size, language),
      left: duration(retryIn || left || 0, language),
    })
  }
}

customElements.define("upload-file", UploadFile)
