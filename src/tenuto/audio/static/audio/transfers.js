/**
 * The files on their way, for as long as this tab lives. They stand outside any page, so that moving between pages stops nothing.
 * Two go at once: more would only share the same line.
 */
import { Transfer } from "./tus.js"

const AT_ONCE = 2
export const transfers = new (class extends EventTarget {
  all = []

  add(file, options) {
    const known = this.all.find((other) => other.key === options.key && other.state !== "refused")
    if (known) return known
    const transfer = new Transfer(file, options)
    for (const what of ["done", "refused"]) transfer.addEventListener(what, this.#turn)
    this.all.push(transfer)
    this.dispatchEvent(new Event("change"))
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

  #turn = () => {
    const waiting = this.all.filter((transfer) => transfer.state === "waiting")
    for (const transfer of waiting.slice(0, Math.max(0, AT_ONCE - this.going.length))) transfer.start()
    this.dispatchEvent(new Event("change"))
  }
})()

addEventListener("online", () => transfers.going.forEach((transfer) => transfer.retry()))
addEventListener("beforeunload", (event) => {
  if (transfers.going.length) event.preventDefault()
})
