// <proven-ledger>: checks each line of the page, from its opening to the head that the log signed. A line gets its mark
// only after all of it was computed here, and what the line says was found in the entry.
import { Refused, fromBase64, fromHex, text } from "../ledger/bytes.js"
import { SeenLog, fetched } from "../ledger/log.js"
import { checkState, isIn } from "../ledger/manifests.js"
import { Unable } from "../ledger/notes.js"
import { opened } from "../ledger/openings.js"
import { seenWords } from "../ledger/seen-words.js"
import * as memory from "../web/js/memory.js"

/** It stands in no checkpoint yet. */
class Waits extends Error {}

/** What a record says, as the lines of the page write it. */
function saidBy(record) {
  if (record.t === "forgotten") return `forgotten ${record.name}`
  return [record.t, record.asset, record.purpose, record.use, record.name, record.decision, record.reason].join(" ")
}

export class Checker {
  #logs = new Map()
  #assets = new Map()

  constructor(told, policy, open = (prefix) => SeenLog.open(prefix, policy, memory)) {
    Object.assign(this, { told, open })
  }

  /** The log with these files, its head checked and held to what was seen before; asked for once. */
  log(prefix) {
    if (!this.#logs.has(prefix)) {
      this.#logs.set(
        prefix,
        this.open(prefix).then(async (log) => {
          await log.recall()
          return log
        }),
      )
    }
    return this.#logs.get(prefix)
  }

  async #holds({ log: prefix, place }, entry) {
    const log = await this.log(prefix)
    if (place >= log.head.size) throw new Waits()
    await log.holds(place, entry)
  }

  /** The key of an asset, and the index at which the log was bound to it. */
  asset(number) {
    if (!this.#assets.has(number)) this.#assets.set(number, this.#asset(this.told.assets[number]))
    return this.#assets.get(number)
  }

  async #asset(asset) {
    const key = fromHex(asset.key, 32)
    if (!asset.registration) return { key, since: Infinity }
    const { entry, record } = await opened(asset.registration.opening, key)
    if (record.t !== "registration" || record.kind !== asset.kind || record.id !== asset.track) {
      throw new Refused("this key was put on record for another work")
    }
    await this.#holds(asset.registration, entry)
    return { key, since: asset.registration.index }
  }

  /** One line: the entry opens with a key that was on record, says what the line says, and stands in the log. */
  async entry(index, says) {
    const found = this.told.entries.find((one) => one.index === index)
    if (!found) throw new Refused("there is nothing that opens this entry")
    const { key, since } = await this.asset(found.asset)
    const { entry, record } = await opened(found.opening, key)
    if (saidBy(record) !== says) throw new Refused(`the entry says something else: ${saidBy(record)}`)
    if (record.reg !== since) throw new Refused("the entry does not name where its work was put on record")
    await this.#holds(found, entry)
  }

  /** One model: its list was in the log before it, and shows that the track is in it, or that it is not. */
  async model(run, says) {
    const found = this.told.models.find((one) => one.run === run)
    if (!found?.shows.length) throw new Refused("there is no proof about this model")
    const { entry, record } = await opened(found.opening)
    if (record.job !== run) throw new Refused("this is the list of another job")
    await this.#holds(found, entry)
    const assets = await Promise.all(found.shows.map((one) => this.asset(one.asset)))
    const kinds = found.shows.map((one) => this.told.assets[one.asset].kind)
    const inside = await Promise.all(found.shows.map((one, at) => isIn(record, assets[at].key, fromBase64(one.proof))))
    if (inside.includes(true) !== (says === "in")) throw new Refused("the list shows the contrary")
    if (says === "in") return
    if (!record.assets.every((kind) => kinds.includes(kind))) throw new Refused("not all of the track was looked for")
    if (assets.some(({ since }) => !(since < found.index))) {
      throw new Refused("the track's key came on record only after this list was fixed")
    }
  }

  /** What was open in the track from one epoch on: the log was bound to it at the first and at the last of them. */
  async state(epoch, says) {
    const found = this.told.states.find((one) => one.epoch === epoch)
    if (!found?.shows.length) throw new Refused("there is no proof of what was open then")
    if (found.open.join(" ") !== says) throw new Refused("what is proved is not what this line says")
    if (found.shows[0].epoch !== epoch) throw new Refused("this is the proof of another time")
    const { key } = await this.asset(found.asset)
    for (const shown of found.shows) {
      const { entry, record } = await opened(shown.opening)
      if (record.epoch !== shown.epoch) throw new Refused("this is the map of another time")
      await checkState(record, key, found.open, fromBase64(shown.proof))
      await this.#holds(shown, entry)
    }
  }
}

class ProvenLedger extends (globalThis.HTMLElement ?? Object) {
  async connectedCallback() {
    const lines = [...this.querySelectorAll("[data-entry], [data-run], [data-epoch]")]
    let checker
    try {
      const content = await fetched(this.dataset.proofs, { cache: "no-store", headers: { Accept: "application/json" } })
      if (content === null) throw new Unable("the proofs are not there")
      checker = new Checker(JSON.parse(text(content)), this.dataset.policy)
      await checker.log("/log/").catch((error) => {
        if (!(error instanceof Unable)) throw error
      })
    } catch (error) {
      this.#told("fails", `${error instanceof Refused ? this.dataset.saysSome : `${this.dataset.saysUnable}:`} ${error.message}`)
      for (const line of lines) this.#mark(line, error)
      return
    }
    const found = await Promise.all(lines.map((line) => this.#check(checker, line)))
    const failed = found.find((error) => error instanceof Refused)
    if (failed) return this.#told("fails", `${this.dataset.saysSome} ${failed.message}`)
    const unable = found.find((error) => error && !(error instanceof Waits))
    if (unable) return this.#told("waits", `${this.dataset.saysUnable}: ${unable.message}`)
    const verified = found.filter((error) => error === null).length
    const log = await checker.log("/log/").catch(() => null)
    if (!log) return
    const past = log.before ? this.dataset.saysGrown : this.dataset.saysFirst
    const words = [`${verified} / ${lines.length}.`, ...seenWords(log.seen, this.dataset), past]
    this.#told("holds", `${this.dataset.saysAll} ${words.join(" ")}`)
  }

  /** Null when it holds, and otherwise what stands against it. */
  async #check(checker, line) {
    const { entry, run, epoch, says } = line.dataset
    try {
      if (run) await checker.model(run, says)
      else if (epoch) await checker.state(Number(epoch), says)
      else await checker.entry(Number(entry), says)
    } catch (error) {
      this.#mark(line, error)
      return error
    }
    this.#mark(line, null)
    return null
  }

  #mark(line, error) {
    const { saysVerified, saysFails, saysUnable, saysWaits } = this.dataset
    const proof = line.querySelector('[data-part="proof"]') ?? line
    if (error === null) this.#show(proof, "holds", saysVerified)
    else if (error instanceof Waits) this.#show(proof, "waits", saysWaits)
    else if (error instanceof Refused) this.#show(proof, "fails", `${saysFails}: ${error.message}`)
    else this.#show(proof, "waits", `${saysUnable}: ${error.message}`)
  }

  #show(proof, how, words) {
    proof.querySelector('[data-part="mark"]').replaceChildren(this.#glyph(how))
    proof.querySelector('[data-part="words"]').textContent = words
    proof.classList.toggle("proof--fails", how === "fails")
    proof.classList.toggle("proof--holds", how === "holds")
  }

  #told(how, words) {
    const line = document.createElement("span")
    line.textContent = words
    const said = this.querySelector('[data-part="said"]')
    said.replaceChildren(this.#glyph(how), line)
    said.classList.toggle("checked--fails", how === "fails")
  }

  #glyph(how) {
    return this.querySelector(`template[data-mark="${how}"]`).content.cloneNode(true)
  }
}

if (globalThis.customElements && !customElements.get("proven-ledger")) {
  customElements.define("proven-ledger", ProvenLedger)
}
