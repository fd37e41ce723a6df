/**
 * Keeps the player's queue on the server for whoever is signed in, and goes on with the one that was kept elsewhere.
 * Others have their queue in this browser alone. Where the server does not answer, so has everybody.
 */
import { choose, isSame, state, together } from "./kept.js"
import * as memory from "./memory.js"
import * as queues from "./queue.js"

const KNOWN = "tenuto.kept"
const PATIENCE_MS = 1500
const MOVED_SECONDS = 3

export class KeptQueue {
  #player
  #address
  #account = null
  #told = null
  #position = 0
  #timer = null
  #sending = Promise.resolve()

  constructor(player, address) {
    this.#player = player
    this.#address = address
    player.addEventListener("change", this.#changed)
    addEventListener("pagehide", () => this.#tell())
    document.addEventListener("visibilitychange", () => document.hidden && this.#tell())
  }

  /** Somebody signed in or out, or the page begins. */
  async belongTo(account) {
    if (this.#account === account) return
    clearTimeout(this.#timer)
    this.#account = account
    this.#told = null
    // Whoever signs out here has left only what everybody may hear: the next time, what is kept comes first.
    if (!account) return memory.set(KNOWN, null)
    const last = this.#last
    const kept = await this.#fetch(last)
    if (!kept || this.#account !== account) return
    const known = last?.revision ?? null
    const here = this.#player.queue
    const wish = choose({ kept, known, here, isPlaying: this.#player.isPlaying })
    this.#last = { revision: kept.revision, ...state(kept) }
    if (wish === "take") {
      const queue = known === null ? together(kept, here) : { items: kept.items, at: kept.at }
      this.#told = state(kept)
      this.#position = kept.position
      this.#player.goOnWith(queues.read(queue), kept.position)
    } else {
      this.#told = wish === "send" ? { keys: [], at: -2 } : state(kept)
      this.#position = this.#player.position
    }
    this.#changed()
  }

  /** The queue that this browser took or sent last for this account: its revision, keys and place. */
  get #last() {
    const last = memory.get(KNOWN)
    return last?.account === this.#account && Number.isInteger(last.revision) && Array.isArray(last.keys) ? last : null
  }

  set #last({ revision, keys, at }) {
    memory.set(KNOWN, { account: this.#account, revision, keys, at })
  }

  /** What is kept. Where that is what was here last, the server says so in a word, and not track by track. */
  async #fetch(last) {
    const kept = await this.#ask("GET", null, last ? `?known=${last.revision}` : "")
    if (!kept?.unchanged || !last) return kept
    return { ...kept, items: last.keys.map((key) => ({ key })), at: last.at }
  }

  #changed = () => {
    if (!this.#account || !this.#told) return
    const isStill = this.#player.status === "paused" && Math.abs(this.#player.position - this.#position) > MOVED_SECONDS
    if (isSame(state(this.#player.queue), this.#told) && !isStill) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tell(), PATIENCE_MS)
  }

  /** One after the other, so that each knows the revision that the one before it made. */
  #tell() {
    clearTimeout(this.#timer)
    const { queue, position } = this.#player
    if (!this.#account || !this.#told) return
    if (isSame(state(queue), this.#told) && Math.abs(position - this.#position) <= MOVED_SECONDS) return
    const account = this.#account
    const told = state(queue)
    this.#told = told
    this.#position = position
    // Who signed out meanwhile has nothing to tell any more; and one failure does not end all telling.
    this.#sending = this.#sending.then(() => account === this.#account && this.#send(account, told, position)).catch(() => {})
  }

  async #send(account, { keys, at }, position) {
    const wish = { keys, at, position: Math.max(0, Math.round(position * 10) / 10), revision: this.#last?.revision ?? 0 }
    let answer = await this.#ask("PUT", wish)
    // Another device was quicker. This is the one where somebody acted last, so this one goes on.
    if (answer && !answer.kept) answer = await this.#ask("PUT", { ...wish, revision: answer.revision })
    if (answer?.kept && account === this.#account) this.#last = { revision: answer.revision, keys, at }
  }

  async #ask(method, wish = null, query = "") {
    try {
      const headers = { "Accept": "application/json", "X-CSRFToken": document.body.dataset.csrf ?? "" }
      if (wish) headers["Content-Type"] = "application/json"
      const body = wish && JSON.stringify(wish)
      const response = await fetch(this.#address + query, { method, headers, body, keepalive: Boolean(wish), credentials: "same-origin" })
      return response.ok ? await response.json() : null
    } catch {
      return null
    }
  }
}
