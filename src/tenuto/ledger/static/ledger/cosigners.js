// Who else saw a head (C2SP cosignature/v1 with Ed25519), and whether they are enough (tlog-policy). As
// rules/cosignatures.py and rules/policies.py. Cosignatures of the kind that browsers do not know are not counted.
import { Refused, number, same, utf8 } from "./bytes.js"
import { parseKey, parseNote, verify } from "./notes.js"

const COSIGNATURE = 4
const TIME_BYTES = 8

/** The lines of a policy that speak of witnesses. */
async function witnessesOf(policy) {
  const lines = policy.split("\n").map((line) => line.split(/[ \t]+/).filter(Boolean))
  const witnesses = new Map()
  const groups = []
  let quorum = "none"
  for (const [word, name, ...rest] of lines) {
    if (word === "witness") witnesses.set(name, await parseKey(rest[0] ?? ""))
    else if (word === "group") {
      const [least, ...members] = rest
      groups.push({ name, least: { all: members.length, any: 1 }[least] ?? number(least ?? ""), members })
    } else if (word === "quorum") quorum = name
  }
  return { witnesses, groups, quorum }
}

/** Whether the witnesses of these names are the quorum. Nobody is no quorum. */
function isMet({ witnesses, groups, quorum }, names) {
  const met = new Set(names.filter((name) => witnesses.has(name)))
  for (const { name, least, members } of groups) {
    if (members.filter((member) => met.has(member)).length >= least) met.add(name)
  }
  return met.has(quorum)
}

/**
 * Who of the policy cosigned this head, as names, and whether they are the quorum; `asked` is whether it names any.
 * Refused for a false cosignature of somebody it names.
 */
export async function seenBy(content, policy) {
  const note = parseNote(content)
  const chosen = await witnessesOf(policy)
  const names = []
  for (const [name, key] of chosen.witnesses) {
    if (key.kind !== COSIGNATURE || key.bytes.length !== 32) continue
    const lines = note.signatures.filter((line) => line.name === key.name && same(line.id, key.id))
    for (const { value } of lines) {
      if (value.length !== TIME_BYTES + 64) throw new Refused(`what ${key.name} wrote is no cosignature`)
      const time = new DataView(value.buffer, value.byteOffset).getBigUint64(0)
      const message = utf8(`cosignature/v1\ntime ${time}\n${note.text}`)
      if (!(await verify(key.bytes, message, value.slice(TIME_BYTES)))) {
        throw new Refused(`the cosignature of ${key.name} is false`)
      }
    }
    if (lines.length) names.push(name)
  }
  return { names, enough: isMet(chosen, names), asked: chosen.witnesses.size > 0 }
}
