/**
 * Takes files that are dropped or chosen, sends them, and keeps the rows of what has come up to date.
 * Without it the form posts the files itself.
 */
import "./upload-file.js"
import { fill } from "../web/js/clock.js"
import { memory } from "./memory.js"
import { fingerprint } from "./tus.js"
import { transfers } from "./transfers.js"
import { size } from "./words.js"

const ASK_AFTER_MS = 1000
const ASK_AT_LEAST_MS = 5000

class UploadList extends HTMLElement {
  #rows = new Map() // of transfers, to what shows them
  #watch = new MutationObserver(() => this.#count())
  #timer = 0
  #pause = ASK_AFTER_MS

  connectedCallback() {
    for (const [what, act] of Object.entries(this.#acts)) this.addEventListener(what, act)
    transfers.addEventListener("change", this.#count)
    this.#watch.observe(this.#files, { childList: true })
    for (const words of this.querySelectorAll("[data-clock]")) words.hidden = words.dataset.clock !== "own"
    for (const row of this.#files.children) this.#dress(row)
    for (const transfer of transfers.all) this.#show(transfer)
    this.#count()
    this.#askSoon()
  }

  disconnectedCallback() {
    for (const [what, act] of Object.entries(this.#acts)) this.removeEventListener(what, act)
    transfers.removeEventListener("change", this.#count)
    this.#watch.disconnect()
    clearTimeout(this.#timer)
  }

  get #input() {
    return this.querySelector("input[type=file]")
  }

  get #files() {
    return this.querySelector("[data-files]")
  }

  // ——— choosing ———

  #over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return
    event.preventDefault()
    this.querySelector(".drop").toggleAttribute("data-over", true)
  }

  #acts = {
    dragenter: this.#over,
    dragover: this.#over,
    dragleave: () => this.querySelector(".drop").removeAttribute("data-over"),
    drop: (event) => {
      if (!event.dataTransfer?.files.length) return
      event.preventDefault()
      this.querySelector(".drop").removeAttribute("data-over")
      this.#take([...event.dataTransfer.files])
    },
    change: (event) => {
      if (event.target !== this.#input) return
      this.#take([...this.#input.files])
      this.#input.value = ""
    },
    click: (event) => {
      const button = event.target.closest("button")
      if (button?.matches("[data-another]")) this.#input.click()
      if (button?.matches("[data-dismiss]")) this.#leave(button.closest("li"))
    },
    leave: (event) => {
      const row = event.target.closest("li")
      const transfer = [...this.#rows.keys()].find((each) => this.#rows.get(each) === row)
      transfer?.remove()
      transfers.drop(transfer)
      this.#leave(row)
    },
    submit: (event) => this.#act(event),
  }

  #take(files) {
    const form = new FormData(this.querySelector("form"))
    const replaces = form.get("replaces") ?? ""
    for (const file of replaces ? files.slice(0, 1) : files) {
      const largest = Number(this.dataset.largest)
      if (!file.size) this.#refuse(file, this.dataset.wordsEmpty)
      else if (file.size > largest) this.#refuse(file, this.dataset.wordsTooLarge)
      else
        this.#show(
          transfers.add(file, {
            endpoint: this.dataset.endpoint,
            key: fingerprint(file, document.body.dataset.account, replaces),
            memory,
            token: () => document.body.dataset.csrf,
            said: {
              filename: file.name,
              replaces,
              audience: form.get("audience"),
              starts_at: form.get("starts_at") ? new Date(form.get("starts_at")).toISOString() : "",
            },
          }),
        )
    }
  }

  // ——— rows ———

  #show(transfer) {
    if (this.#rows.get(transfer)?.isConnected) return
    const row = this.#copy("sending")
    // What the server knew of it from before stands here as an unfinished row: this one takes its place.
    if (transfer.address) this.querySelector(`#file-${CSS.escape(keyOf(transfer))}`)?.remove()
    this.#rows.set(transfer, row)
    this.#files.prepend(row)
    row.querySelector("upload-file").transfer = transfer
    transfer.addEventListener("done", () => this.#arrived(transfer))
    transfer.addEventListener("refused", () => this.#wasRefused(transfer))
    if (transfer.state === "done") this.#arrived(transfer)
  }

  /** All bytes are there. From here on the server says how it goes. */
  async #arrived(transfer) {
    transfers.drop(transfer)
    const [fresh] = await this.#ask([keyOf(transfer)])
    const row = this.#rows.get(transfer)
    if (!fresh || !row.isConnected) return
    swap(row, this.#dress(fresh))
    this.#pause = ASK_AFTER_MS
    this.#askSoon()
  }

  #wasRefused(transfer) {
    const { code, words } = transfer.refusal
    transfers.drop(transfer)
    const said = words || (code === "changed" ? this.dataset.wordsChanged : this.dataset.wordsUnknown)
    swap(this.#rows.get(transfer), this.#refused(transfer.file, said))
  }

  #refuse(file, words) {
    this.#files.prepend(this.#refused(file, words))
  }

  #refused(file, words) {
    const row = this.#copy("refused")
    const language = document.documentElement.lang
    for (const place of row.querySelectorAll("[data-name]")) place.textContent = file.name
    const sizes = { whole: size(file.size, language), largest: size(Number(this.dataset.largest), language) }
    row.querySelector("[data-words]").textContent = fill(words, sizes)
    return row
  }

  #copy(name) {
    return this.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true)
  }

  #dress(row) {
    const another = row.querySelector("[data-another]")
    if (another) another.hidden = false
    return row
  }

  #leave(row) {
    row.remove()
    this.querySelector("h2").focus({ preventScroll: true })
  }

  /** Remove, or try again: without leaving the page, as something may be on its way. */
  async #act(event) {
    const { act } = event.target.dataset
    if (!act) return
    event.preventDefault()
    const row = event.target.closest("li")
    const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target) }).catch(() => null)
    if (!answer?.ok) return event.target.submit() // says what is wrong, on a page of its own
    if (act === "remove") this.#leave(row)
    else await this.#renew([row.dataset.key])
    this.#pause = ASK_AFTER_MS
    this.#askSoon()
  }

  // ——— how it goes on ———

  #askSoon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(async () => {
      const keys = [...this.#files.querySelectorAll("[data-changing]")].map((row) => row.dataset.key)
      if (!keys.length || !this.isConnected) return
      const changed = document.hidden || (await this.#renew(keys))
      this.#pause = changed ? ASK_AFTER_MS : Math.min(this.#pause * 1.5, ASK_AT_LEAST_MS)
      this.#askSoon()
    }, this.#pause)
  }

  /** Whether anything has changed. */
  async #renew(keys) {
    let changed = false
    for (const fresh of await this.#ask(keys)) {
      const row = document.getElementById(fresh.id)
      if (row && renewed(row, this.#dress(fresh))) changed = true
    }
    if (changed) this.#count()
    return changed
  }

  async #ask(keys) {
    const asked = new URLSearchParams(keys.map((key) => ["key", key]))
    const answer = await fetch(`${this.dataset.rows}?${asked}`).catch(() => null)
    if (!answer?.ok) return []
    const holder = document.createElement("template")
    holder.innerHTML = await answer.text()
    return [...holder.content.children]
  }

  /** "1 ready, 3 on their way": said when it changes, so that a screen reader is not flooded. */
  #count = () => {
    const rows = [...this.#files.children]
    const waiting = transfers.waiting.length
    const staged = (...stages) => rows.filter((row) => stages.includes(row.dataset.stage)).length
    const counts = {
      Ready: staged("ready"),
      Going: staged("uploading", "arrived", "rendering") - waiting,
      Waiting: waiting,
      Wrong: staged("refused", "failed"),
    }
    const said = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => fill((count === 1 && this.dataset[`wordsCount${name}One`]) || this.dataset[`wordsCount${name}`], { count }))
      .join(", ")
    const place = this.querySelector("[data-count]")
    const words = said || this.dataset.wordsCountNone
    if (place.textContent !== words) place.textContent = words
  }
}

function keyOf(transfer) {
  return transfer.address.split("/").pop()
}

/** Bring a row up to date; what somebody has their fingers on stays where it is. */
function renewed(row, fresh) {
  if (row.isEqualNode(fresh)) return false
  if (row.dataset.stage !== fresh.dataset.stage || row.dataset.stage !== "rendering") {
    swap(row, fresh)
    return true
  }
  const [wave, drawn] = [row, fresh].map((each) => each.querySelector("wave-form"))
  if (wave.dataset.drawn === drawn.dataset.drawn) return false
  wave.dataset.peaks = drawn.dataset.peaks
  wave.dataset.drawn = drawn.dataset.drawn
  row.querySelector("progress").value = fresh.querySelector("progress").value
  row.querySelector(".file > p").textContent = fresh.querySelector(".file > p").textContent
  return true
}

function swap(row, fresh) {
  const hadFocus = row.contains(document.activeElement)
  row.replaceWith(fresh)
  if (hadFocus) fresh.querySelector(".file__keys :is(a, button:not([hidden]))")?.focus()
}

customElements.define("upload-list", UploadList)
