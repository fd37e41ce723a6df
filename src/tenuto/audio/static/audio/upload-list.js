/** Lets files be dropped and chosen, sends them, and shows how far each is. Without it the form posts the files itself. */
import { fingerprint } from "./tus.js"
import { transfers } from "./transfers.js"

class UploadList extends HTMLElement {
  #rows = new Map()
  #watch = new MutationObserver(() => this.#count())

  connectedCallback() {
    this.#input.addEventListener("change", this.#chosen)
    for (const what of ["dragenter", "dragover"]) this.addEventListener(what, this.#over)
    for (const what of ["dragleave", "drop"]) this.addEventListener(what, this.#out)
    this.addEventListener("drop", this.#dropped)
    transfers.addEventListener("change", this.#count)
    this.#watch.observe(this.#files, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-stage"] })
    for (const transfer of transfers.all) if (transfer.state !== "done") this.#show(transfer)
    this.#count()
  }

  disconnectedCallback() {
    transfers.removeEventListener("change", this.#count)
    this.#watch.disconnect()
  }

  get #input() {
    return this.querySelector("input[type=file]")
  }

  get #files() {
    return this.querySelector("[data-files]")
  }

  #over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return
    event.preventDefault()
    this.querySelector(".drop").toggleAttribute("data-over", true)
  }

  #out = () => this.querySelector(".drop").removeAttribute("data-over")

  #dropped = (event) => {
    event.preventDefault()
    this.#take([...event.dataTransfer.files])
  }

  #chosen = () => {
    this.#take([...this.#input.files])
    this.#input.value = ""
  }

  #take(files) {
    const form = new FormData(this.querySelector("form"))
    const replaces = form.get("replaces") ?? ""
    for (const file of replaces ? files.slice(0, 1) : files) {
      const largest = Number(this.dataset.largest)
      if (!file.size) this.#refuse(file.name, this.dataset.wordsEmpty)
      else if (file.size > largest)
        this.#refuse(file.name, fill(this.dataset.wordsTooLarge, { whole: size(file.size), largest: size(largest) }))
      else {
        const transfer = transfers.add(file, {
          endpoint: this.dataset.endpoint,
          key: fingerprint(file, document.body.dataset.account, replaces),
          token: () => document.body.dataset.csrf,
          said: {
            filename: file.name,
            replaces,
            audience: form.get("audience"),
            starts_at: form.get("starts_at") ? new Date(form.get("starts_at")).toISOString() : "",
          },
        })
        if (!this.#rows.has(transfer)) this.#show(transfer)
      }
    }
  }

  #show(transfer) {
    const row = this.querySelector("template[data-sending]").content.firstElementChild.cloneNode(true)
    row.querySelector("[data-name]").textContent = transfer.file.name
    row.querySelector("[data-size]").textContent = size(transfer.file.size)
    row.querySelector("[data-pause]").addEventListener("click", () => transfer.pause())
    row.querySelector("[data-resume]").addEventListener("click", () => transfer.start())
    row.querySelector("[data-remove]").addEventListener("click", () => {
      transfer.remove()
      transfers.drop(transfer)
      row.remove()
    })
    // What the server knew of it from before stands above as an unfinished row: this one takes its place.
    if (transfer.address) this.querySelector(`#file-${transfer.address.split("/").pop()}`)?.remove()
    this.#rows.set(transfer, row)
    this.#files.prepend(row)
    const draw = () => this.#draw(transfer, row)
    transfer.addEventListener("progress", draw)
    transfer.addEventListener("lost", draw)
    transfer.addEventListener("refused", () => {
      transfers.drop(transfer)
      row.replaceWith(this.#refused(transfer.file.name, transfer.words))
    })
    transfer.addEventListener("done", () => this.#arrived(transfer, row))
    draw()
  }

  #draw(transfer, row) {
    const { state, done, file } = transfer
    const line = row.querySelector(".file__line")
    const share = done / file.size
    line.style.setProperty("--done", `${(share * 100).toFixed(1)}%`)
    line.setAttribute("aria-valuenow", Math.floor(share * 100))
    const stopped = state === "paused" || state === "signed-out"
    row.querySelector("[data-pause]").hidden = stopped
    row.querySelector("[data-resume]").hidden = !stopped
    const kind = state === "sending" && transfer.retryIn && transfer.left === null ? "lost" : state
    const words = { waiting: "Waiting", sending: "Sending", paused: "Paused", lost: "Lost", "signed-out": "SignedOut" }
    const left = kind === "lost" ? transfer.retryIn : transfer.left
    const said = fill(this.dataset[`words${words[kind] ?? "Sending"}`], {
      done: size(done),
      whole: size(file.size),
      left: left === null ? "…" : duration(left),
    })
    const place = row.querySelector("[data-words]")
    if (place.textContent !== said) place.textContent = said
  }

  /** All bytes are there. From here on the server's own row says how it goes, and renews itself. */
  async #arrived(transfer, row) {
    transfers.drop(transfer)
    const key = transfer.address.split("/").pop()
    const answer = await fetch(this.dataset.row.replace("KEY", key))
    if (!answer.ok) return
    const holder = document.createElement("template")
    holder.innerHTML = await answer.text()
    const arrived = holder.content.firstElementChild
    row.replaceWith(arrived)
    globalThis.htmx?.process(arrived)
  }

  #refuse(name, words) {
    this.#files.prepend(this.#refused(name, words))
  }

  #refused(name, words) {
    const row = this.querySelector("template[data-refused]").content.firstElementChild.cloneNode(true)
    row.querySelector("[data-name]").textContent = name
    row.querySelector("[data-words]").textContent = words
    row.querySelector("[data-another]").addEventListener("click", () => this.#input.click())
    row.querySelector("[data-remove]").addEventListener("click", () => row.remove())
    return row
  }

  /** "One ready, three on their way": said once it changes, so that a screen reader is not flooded. */
  #count = () => {
    const waiting = transfers.all.filter((transfer) => transfer.state === "waiting").length
    const rows = [...this.#files.children]
    const counts = {
      Ready: rows.filter((row) => row.dataset.stage === "ready").length,
      Going: rows.filter((row) => !row.matches("[data-stage=ready], .file--wrong")).length - waiting,
      Waiting: waiting,
      Wrong: rows.filter((row) => row.matches(".file--wrong")).length,
    }
    const said = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => fill(this.dataset[`wordsCount${name}`], { count }))
      .join(", ")
    const place = this.querySelector("[data-count]")
    if (said && place.textContent !== said) place.textContent = said
  }
}

function fill(words, values) {
  return words.replace(/{(\w+)}/g, (_, name) => values[name] ?? "")
}

function size(bytes) {
  const [unit, by] = bytes >= 1e9 ? ["gigabyte", 1e9] : bytes >= 1e6 ? ["megabyte", 1e6] : ["kilobyte", 1e3]
  const digits = unit === "gigabyte" ? 2 : 0
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: digits }).format(bytes / by)
}

function duration(seconds) {
  const [unit, by] = seconds >= 90 ? ["minute", 60] : ["second", 1]
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(Math.max(1, seconds / by))
}

customElements.define("upload-list", UploadList)
