import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { Refused, base64, fromBase64, fromHex, hex, hmac, joined, number, sha256, utf8 } from "../../src/tenuto/ledger/static/ledger/bytes.js"
import { seenBy } from "../../src/tenuto/ledger/static/ledger/cosigners.js"
import { SeenLog } from "../../src/tenuto/ledger/static/ledger/log.js"
import { checkState, isIn } from "../../src/tenuto/ledger/static/ledger/manifests.js"
import { logKeys, openedCheckpoint } from "../../src/tenuto/ledger/static/ledger/notes.js"
import { canonical, opened, parsed } from "../../src/tenuto/ledger/static/ledger/openings.js"
import { nodesOf, pathOf } from "../../src/tenuto/ledger/static/ledger/tiles.js"
import * as tree from "../../src/tenuto/ledger/static/ledger/tree.js"

// Written by the rules in Python (tests/ledger/for_browsers.py).
const told = JSON.parse(readFileSync(new URL("../golden/ledger/browser.json", import.meta.url)))
const SIZE = 606
const KEY = fromHex(told.key)
const OTHER = fromHex(told.other_key)
const files = new Map(Object.entries(told.files).map(([path, content]) => [path, fromBase64(content)]))
const heads = new Map(Object.entries(told.heads))

class Memory {
  kept = new Map()
  get = (name) => this.kept.get(name) ?? null
  set = (name, words) => this.kept.set(name, words)
}

/** The log as a server shows it, with some of its files replaced. */
function served(changed = {}) {
  return async (path) => {
    if (path === "/log/policy") return utf8(told.policy)
    const name = path.replace("/log/", "")
    return name in changed ? changed[name] : (files.get(name) ?? null)
  }
}

const look = (memory = new Memory(), changed = {}) => SeenLog.open("/log/", "/log/policy", memory, served(changed))

/** The bytes with one bit turned. */
function turned(bytes, at, bit = 0) {
  const other = bytes.slice()
  other[at] ^= 1 << bit
  return other
}

const read = nodesOf(SIZE, async (path) => files.get(path) ?? null)

test("proofs are the same, hash by hash, as the rules make them", async () => {
  for (const [index, hashes] of Object.entries(told.inclusion)) {
    assert.deepEqual((await tree.inclusionProof(Number(index), SIZE, read)).map(hex), hashes, index)
  }
  for (const [size, hashes] of Object.entries(told.consistency)) {
    assert.deepEqual((await tree.consistencyProof(Number(size), SIZE, read)).map(hex), hashes, size)
  }
})

test("every leaf of the log is proved under the head that it signed, and at no other place", async () => {
  const log = await look()
  for (const index of [0, 1, 254, 255, 256, 511, 512, 604, 605]) {
    const leaf = await log.nodes(0, index)
    const proof = await tree.inclusionProof(index, SIZE, log.nodes)
    await tree.checkInclusion(leaf, index, SIZE, proof, log.head.root)
    await assert.rejects(tree.checkInclusion(leaf, index ^ 1, SIZE, proof, log.head.root), Refused)
    for (const [at, hash] of proof.entries()) {
      const wrong = proof.with(at, turned(hash, at % 32))
      await assert.rejects(tree.checkInclusion(leaf, index, SIZE, wrong, log.head.root), Refused)
    }
    await assert.rejects(tree.checkInclusion(leaf, index, SIZE, proof.slice(1), log.head.root), Refused)
    await assert.rejects(tree.checkInclusion(leaf, index, SIZE, [...proof, leaf], log.head.root), Refused)
  }
})

test("the log of each size grows into the log of now, and a changed past does not", async () => {
  const { head } = await look()
  for (const [size, { root }] of heads) {
    const proof = await tree.consistencyProof(Number(size), SIZE, read)
    await tree.checkConsistency(Number(size), SIZE, fromHex(root), head.root, proof)
    await assert.rejects(
      tree.checkConsistency(Number(size), SIZE, turned(fromHex(root), 31, 7), head.root, proof),
      Refused,
    )
  }
})

test("tiles have the names that the log gives them", () => {
  assert.equal(pathOf(0, 0), "tile/0/000")
  assert.equal(pathOf(1, 0, 2), "tile/1/000.p/2")
  assert.equal(pathOf(0, 1234067, 9), "tile/0/x001/x234/067.p/9")
})

test("a partial tile that has given way to the full one is read from that", async () => {
  const nodes = nodesOf(300, async (path) => files.get(path) ?? null)
  assert.equal(hex(await nodes(0, 299)), hex(await read(0, 299)))
  await assert.rejects(nodes(0, 300), Refused)
})

test("a head counts by the signature of a key that the policy names, and by no other", async () => {
  const keys = await logKeys(told.policy)
  const note = files.get("checkpoint")
  assert.equal((await openedCheckpoint(note, keys)).size, SIZE)
  await assert.rejects(openedCheckpoint(note, []), /no key/)
  const words = new TextDecoder().decode(note)
  await assert.rejects(openedCheckpoint(utf8(words.replace(`\n${SIZE}\n`, "\n607\n")), keys), /signature .* is false/)
  await assert.rejects(openedCheckpoint(utf8(words.replace(/— music.*\n/, "")), keys), /no key/)
})

test("cosignatures count by the keys that the policy names, and make a quorum or not", async () => {
  const note = files.get("checkpoint")
  const words = new TextDecoder().decode(note)
  assert.deepEqual(await seenBy(note, told.policy), { names: ["a", "b"], enough: true, asked: true })
  const one = utf8(words.replace(/— b\.example.*\n/, ""))
  assert.deepEqual(await seenBy(one, told.policy), { names: ["a"], enough: false, asked: true })
  const alone = told.policy.replace(/^(witness|group) .*\n/gm, "").replace("quorum two", "quorum none")
  assert.deepEqual(await seenBy(note, alone), { names: [], enough: false, asked: false })
  assert.deepEqual((await look()).seen.names, ["a", "b"])
})

test("a cosignature in which any bit is another is refused, or is nobody's", async () => {
  const note = files.get("checkpoint")
  const words = new TextDecoder().decode(note)
  const line = words.split("\n").find((each) => each.startsWith("— a.example "))
  const both = fromBase64(line.split(" ")[2])
  for (let at = 0; at < both.length; at++) {
    const other = utf8(words.replace(line, `— a.example ${base64(turned(both, at, at % 8))}`))
    if (at < 4) assert.deepEqual((await seenBy(other, told.policy)).names, ["b"], `byte ${at}`)
    else await assert.rejects(seenBy(other, told.policy), /cosignature of a\.example is false/, `byte ${at}`)
  }
  await assert.rejects(look(new Memory(), { checkpoint: utf8(words.replace(line, `— a.example ${base64(both.slice(0, -1))}`)) }), /no cosignature/)
})

test("each entry about a work opens with its key, and stands where it is said to stand", async () => {
  const log = await look()
  for (const { place, opening } of [told.registration, ...told.uses]) {
    const { entry, record } = await opened(opening, KEY)
    assert.match(record.t, /use|registration/)
    await log.holds(place, entry)
    await assert.rejects(log.holds(place + 1, entry), Refused)
    await assert.rejects(log.holds(SIZE, entry), Refused)
    await assert.rejects(opened(opening, OTHER).then((other) => log.holds(place, other.entry)), Refused)
    await assert.rejects(opened(opening, null), /only with the asset's key/)
  }
})

test("no letter of an opening can be another without being refused", async () => {
  const log = await look()
  for (const { place, opening } of [told.registration, told.uses[0]]) {
    for (let at = 0; at < opening.length; at++) {
      const letter = opening[at] === "0" ? "1" : "0"
      const other = opening.slice(0, at) + letter + opening.slice(at + 1)
      if (other === opening) continue
      await assert.rejects(opened(other, KEY).then(({ entry }) => log.holds(place, entry)), Refused, other)
    }
  }
})

test("a bit turned in any tile that leads to an entry is noticed", async () => {
  const { entry } = await opened(told.uses[0].opening, KEY)
  const whole = files.get("tile/0/000")
  for (let at = 0; at < whole.length; at += 32) {
    const log = await look(new Memory(), { "tile/0/000": turned(whole, at + 7) })
    await assert.rejects(log.holds(4, entry), Refused, `leaf ${at / 32}`)
  }
  // of the upper tile only the second hash leads to this entry; the first stands over it, and is computed
  for (const [name, at] of [["tile/1/000.p/2", 33], ["tile/0/002.p/94", 1]]) {
    const log = await look(new Memory(), { [name]: turned(files.get(name), at) })
    await assert.rejects(log.holds(4, entry), Refused, name)
  }
  for (const name of ["tile/0/000", "tile/0/002.p/94"]) {
    await assert.rejects((await look(new Memory(), { [name]: null })).holds(4, entry), /is not there/)
    const short = await look(new Memory(), { [name]: files.get(name).slice(32) })
    await assert.rejects(short.holds(4, entry), /bytes, not/)
  }
})

test("a list shows whether a work is in it, to whoever has the work's key", async () => {
  const log = await look()
  for (const job of told.jobs) {
    const { entry, record } = await opened(job.opening)
    await log.holds(job.place, entry)
    assert.equal(await isIn(record, KEY, fromBase64(job.proof)), job.in)
    assert.equal(await isIn(record, OTHER, fromBase64(job.other_proof)), true)
    await assert.rejects(isIn(record, OTHER, fromBase64(job.proof)), Refused)
    await assert.rejects(isIn({ ...record, job: "another" }, KEY, fromBase64(job.proof)), Refused)
    const proof = fromBase64(job.proof)
    for (let at = 0; at < proof.length; at++) {
      await assert.rejects(isIn(record, KEY, turned(proof, at, at % 8)), Refused, `byte ${at}`)
    }
    await assert.rejects(isIn(record, KEY, proof.slice(0, -1)), Refused)
    await assert.rejects(isIn(record, KEY, new Uint8Array(0)), Refused)
  }
})

test("the map shows what was open, to whoever has the track's key, and nothing else", async () => {
  const log = await look()
  const { entry, record } = await opened(told.epoch.opening)
  await log.holds(told.epoch.place, entry)
  const [proof, other] = [fromBase64(told.epoch.proof), fromBase64(told.epoch.other_proof)]
  await checkState(record, KEY, told.epoch.open, proof)
  await checkState(record, OTHER, ["everything"], other)
  for (const wrong of [[], ["everything"], [...told.epoch.open, "lyrics"], ["recording/fraud/train"]]) {
    await assert.rejects(checkState(record, KEY, wrong, proof), /something else was open/)
  }
  await assert.rejects(checkState(record, OTHER, told.epoch.open, proof), Refused)
  await assert.rejects(checkState(record, KEY, told.epoch.open, other), Refused)
  await assert.rejects(checkState({ ...record, t: "job.open" }, KEY, told.epoch.open, proof), /no map/)
  for (let at = 0; at < proof.length; at++) {
    await assert.rejects(checkState(record, KEY, told.epoch.open, turned(proof, at, at % 8)), Refused, `byte ${at}`)
  }
})

test("an epoch from before states could be shown still holds for its artist", async () => {
  const place = await hmac(KEY, utf8("tenuto/map/v1\n"))
  const open = ["recording/fraud/inform"]
  const state = utf8(canonical({ open, t: "state", v: 1 }))
  const value = await hmac(KEY, joined(utf8("tenuto/map-state/v1\n"), state))
  const record = { t: "consent.map", root: `sha256:${hex(await sha256(Uint8Array.of(0x10), place, value))}` }
  const proof = joined(Uint8Array.of(1, 0, 0), place, value) // the only track that there was
  await checkState(record, KEY, open, proof)
  for (const wrong of [[], ["everything"], [...open, "lyrics"]]) {
    await assert.rejects(checkState(record, KEY, wrong, proof), /something else was open/)
  }
  await assert.rejects(checkState(record, OTHER, open, proof), Refused)
})

test("facts have the form that Python writes, and no other is read", () => {
  assert.equal(canonical(JSON.parse(told.canonical)), told.canonical)
  for (const words of ['{"t":"x", "v":1}', '{"v":1,"t":"x"}', '{"t":"x","t":"x","v":1}', '{"t":1.5,"v":1}', "[]", "{", "null"]) {
    assert.throws(() => parsed(words), Refused, words)
  }
})

test("bytes and numbers have one spelling each", () => {
  assert.equal(base64(fromBase64("AAH/")), "AAH/")
  for (const letters of ["AB==", "A", "AA", "AAH/\n", "!"]) assert.throws(() => fromBase64(letters), Refused, letters)
  for (const digits of ["0A", "0", "xx"]) assert.throws(() => fromHex(digits), Refused, digits)
  for (const digits of ["01", "-1", "1.0", "", "9007199254740993"]) assert.throws(() => number(digits), Refused, digits)
})

test("what was seen is remembered, and the log is held to it", async () => {
  const memory = new Memory()
  assert.equal(await (await look(memory)).recall(), null)
  const [name] = memory.kept.keys()
  assert.equal((await (await look(memory)).recall()).size, SIZE)
  for (const [size, { note }] of heads) {
    memory.set(name, note)
    assert.equal((await (await look(memory)).recall()).size, Number(size))
  }
})

test("a log that forgets, or tells its past anew, is told so, and the memory stays", async () => {
  const memory = new Memory()
  await (await look(memory)).recall()
  const [[name, kept]] = memory.kept
  const shorter = await look(memory, { checkpoint: utf8(heads.get("300").note) })
  await assert.rejects(shorter.recall(), /300 entries, and had 606/)
  assert.equal(memory.get(name), kept)
  const other = heads.get("300").note.split("\n")
  other[2] = base64(new Uint8Array(32).fill(7))
  memory.set(name, other.join("\n"))
  await assert.rejects((await look(memory)).recall(), Refused)
  assert.equal(memory.get(name), other.join("\n"))
})
