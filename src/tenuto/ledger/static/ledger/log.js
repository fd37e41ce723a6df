// One log as a browser checks it: its head, what of it is remembered, and whether an entry stands in it.
import { Refused, same, text, utf8 } from "./bytes.js"
import { seenBy } from "./cosigners.js"
import { Unable, logKeys, openedCheckpoint, parseCheckpoint, parseNote } from "./notes.js"
import { nodesOf } from "./tiles.js"
import { checkConsistency, checkInclusion, consistencyProof, inclusionProof, leafHash } from "./tree.js"

/** A file's bytes, or null where there is none. Raises Unable when nothing can be said. */
export async function fetched(address, init = {}) {
  let answer
  try {
    answer = await fetch(address, init)
  } catch {
    throw new Unable("the log could not be reached")
  }
  if (answer.status === 404) return null
  if (!answer.ok) throw new Unable(`the server answered ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

async function needed(get, address) {
  const content = await get(address, { cache: "no-store" })
  if (content === null) throw new Unable("the log has signed nothing yet")
  return content
}

export class SeenLog {
  /**
   * Reads the head, and checks its signature with the keys that the policy names. What `memory` has of the last visit
   * is read first: whatever was remembered then was signed before what is fetched now.
   */
  static async open(prefix, policy, memory, get = fetched) {
    if (!globalThis.crypto?.subtle) throw new Unable("browsers compute hashes only on pages that came by https")
    const name = `tenuto-log ${prefix}`
    const remembered = memory.get(name)
    const [note, names] = await Promise.all([needed(get, `${prefix}checkpoint`), needed(get, policy)])
    const head = await openedCheckpoint(note, await logKeys(text(names)))
    const log = new SeenLog(head, (path) => get(`${prefix}${path}`))
    log.seen = await seenBy(note, text(names))
    log.before = typeof remembered !== "string" ? null : parseCheckpoint(parseNote(utf8(remembered)).text)
    log.remember = () => memory.set(name, text(note))
    return log
  }

  constructor(head, read) {
    this.head = head
    this.nodes = nodesOf(head.size, read)
  }

  /** Refuse unless this entry stands at this place of the log, as its tiles lead to the root that was signed. */
  async holds(place, entry) {
    const proof = await inclusionProof(place, this.head.size, this.nodes)
    const leaf = await leafHash(entry)
    if (!same(leaf, await this.nodes(0, place))) throw new Refused(`the log has something else at its place ${place}`)
    await checkInclusion(leaf, place, this.head.size, proof, this.head.root)
  }

  /**
   * Hold the log to the head that this browser saw the last time, and remember the one it shows now. Gives that
   * earlier checkpoint, or null the first time. Refused if the log has not grown out of it: then what was remembered
   * stays.
   */
  async recall() {
    const { before, head } = this
    if (before && before.origin !== head.origin) throw new Refused(`another log was here before, ${before.origin}`)
    if (before && before.size > head.size) {
      throw new Refused(`the log shows ${head.size} entries, and had ${before.size} when you last looked`)
    }
    if (before?.size) {
      const proof = await consistencyProof(before.size, head.size, this.nodes)
      await checkConsistency(before.size, head.size, before.root, head.root, proof)
    }
    this.remember()
    return before
  }
}
