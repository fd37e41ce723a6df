/**
 * Calculates the proof that a page asked for, in a worker, when its button is pressed, and sends it. It can be stopped
 * at any time. Without JavaScript, or where the browser calculates no digests, the sentence that says so stays.
 */
class PageProof extends HTMLElement {
  #worker = null

  connectedCallback() {
    if (!globalThis.crypto?.subtle || !globalThis.Worker) return
    this.#part("without").hidden = true
    this.#part("begin").hidden = false
    this.addEventListener("click", this.#click)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#click)
    this.#end()
  }

  #click = (event) => {
    const part = event.target.closest("[data-part]")?.dataset.part
    if (part === "begin") this.#begin()
    if (part === "cancel") this.#stop("cancelled")
  }

  #begin() {
    this.#show(true)
    this.#part("cancel").focus()
    this.#say("begun")
    this.#worker = new Worker(this.dataset.worker, { type: "module" })
    this.#worker.addEventListener("error", () => this.#stop("failed"))
    this.#worker.addEventListener("message", ({ data }) => this.#heard(data))
    this.#worker.postMessage({ challenge: this.#field("challenge").value, bits: Number(this.dataset.bits) })
  }

  #heard({ tried, answer }) {
    // How likely it was to be found by now: it only ever grows, and never promises an end.
    const share = 1 - Math.exp(-tried / 2 ** Number(this.dataset.bits))
    this.#part("progress").value = share
    if (share > 0.6) this.#say("half")
    if (answer === undefined) return
    this.#end()
    this.#part("progress").value = 1
    this.#say("done")
    this.#field("answer").value = answer
    this.querySelector("form").requestSubmit()
  }

  #stop(said) {
    this.#end()
    this.#show(false)
    this.#part("begin").focus()
    this.#say(said)
  }

  #end() {
    this.#worker?.terminate()
    this.#worker = null
  }

  #show(isCalculating) {
    this.#part("begin").hidden = isCalculating
    this.#part("cancel").hidden = this.#part("progress").hidden = !isCalculating
    this.#part("progress").value = 0
  }

  #say(what) {
    for (const sentence of this.querySelectorAll("[data-said]")) sentence.hidden = sentence.dataset.said !== what
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`)
  }

  #field(name) {
    return this.querySelector(`input[name="${name}"]`)
  }
}

customElements.define("page-proof", PageProof)
