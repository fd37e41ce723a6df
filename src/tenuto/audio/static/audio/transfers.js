/**
 * The files on their way, for as long as this tab lives. They stand outside any page, so that moving between pages stops
 * nothing. Two go at once: more would only share the same line.
 */
import { Transfer } from "./tus.js"

const AT_ONCE = 2

class Transfers extends EventTarget {
  all = []

  /** The transfer of a file: the one that is under way already, or a new one that waits its turn. */
  add(file, options) {
    const known = this.all.find((other) => other.key === options.key)
    if (known) return known
    const transfer = new Transfer(file, options)
    for (const what of ["done", "refused", "progress"]) transfer.addEventListener(what, this.#turn)
    this.all.push(transfer)
    this.#turn()
    return transfer
  }

  drop(transfer) {
    this.all = this.all.filter((other) => other !== transfer)
    this.#turn()
  }

  get going() {
    return this.all.filter((transfer) => transfer.state === "sending")
  }

  get waiting() {
    return this.all.filter((transfer) => transfer.state === "waiting")
  }

  #turn = () => {
    for (const transfer of this.waiting.slice(0, Math.max(0, AT_ONCE - this.going.length))) transfer.start()
    this.dispatchEvent(new Event("change"))
  }
}

export const transfers = new Transfers()

addEventListener("online", () => transfers.going.forEach((transfer) => transfer.retry()))
addEventListener("beforeunload", (event) => {
  if (transfers.going.length) event.preventDefault()
})
