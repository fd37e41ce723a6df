// Proofs that a work is, or is not, in the list of a job. As rules/manifest_proofs.py and rules/job_manifests.py.
import { Refused, fromHex, hmac, joined, same, sha256, utf8 } from "./bytes.js"
import { canonical } from "./openings.js"

const NOTHING = new Uint8Array(32)

const bit = (bytes, at) => (bytes[at >> 3] >> (7 - (at & 7))) & 1

/** A proof from its bytes: version, depth, a bit for every sibling that is not empty, those, what was found. */
export function parseProof(content) {
  const depth = content.length >= 3 ? content[1] * 256 + content[2] : 257
  const start = 3 + Math.ceil(depth / 8)
  if (content[0] !== 1 || depth > 256 || content.length < start || (content.length - start) % 32) {
    throw new Refused("this is no proof about a list")
  }
  const marked = (at) => (content[3 + (at >> 3)] >> (at & 7)) & 1
  const parts = []
  for (let at = start; at < content.length; at += 32) parts.push(content.slice(at, at + 32))
  const siblings = Array.from({ length: depth }, (_, at) => (marked(at) ? parts.shift() : NOTHING))
  for (let at = depth; at < (start - 3) * 8; at++) {
    if (marked(at)) throw new Refused("this proof about a list has marks beyond its depth")
  }
  if (siblings.includes(undefined) || (parts.length !== 0 && parts.length !== 2)) {
    throw new Refused("this proof about a list has too much or too little in it")
  }
  if (siblings.some((sibling) => sibling !== NOTHING && same(sibling, NOTHING))) {
    throw new Refused("this proof about a list spells out what is empty")
  }
  return { siblings, found: parts.length ? { key: parts[0], value: parts[1] } : null }
}

/** The key's value under this root, or null where it is proved not to be there. Refused if nothing is proved. */
export async function valueOf(proof, key, root) {
  const depth = proof.siblings.length
  let node = NOTHING
  if (proof.found) {
    for (let at = 0; at < depth; at++) {
      if (bit(proof.found.key, at) !== bit(key, at)) throw new Refused("what was found lies elsewhere")
    }
    node = await sha256(Uint8Array.of(0x10), proof.found.key, proof.found.value)
  }
  for (let at = depth - 1; at >= 0; at--) {
    const sibling = proof.siblings[at]
    node = await sha256(Uint8Array.of(0x11), ...(bit(key, at) ? [sibling, node] : [node, sibling]))
  }
  if (!same(node, root)) throw new Refused("the proof does not lead to the root of the list")
  return proof.found && same(proof.found.key, key) ? proof.found.value : null
}

/** Was exactly this open in the track with this key, in the map that a `consent.map` record fixes? Refused if not shown. */
export async function checkState(record, key, open, content) {
  if (record.t !== "consent.map" || typeof record.root !== "string" || !record.root.startsWith("sha256:")) {
    throw new Refused("this record fixes no map of consent")
  }
  const place = await hmac(key, utf8("tenuto/map/v1\n"))
  const value = await valueOf(parseProof(content), place, fromHex(record.root.slice(7), 32))
  if (value === null) throw new Refused("the map says nothing of this track")
  const state = utf8(canonical({ open, t: "state", v: 1 }))
  const salt = await hmac(key, joined(utf8("tenuto/map-salt/v1\n"), state))
  const form = utf8("tenuto/map-state/v1\n")
  const former = await hmac(key, joined(form, state)) // of epochs from before a state could be shown without the key
  if (!same(value, former) && !same(value, await sha256(form, salt, state))) {
    throw new Refused("the map says that something else was open")
  }
}

/** Whether the asset with this key is in the list that a `job.open` record opens with, as the proof shows. */
export async function isIn(record, key, content) {
  const { manifest, size, ...header } = record
  if (record.t !== "job.open" || typeof manifest !== "string" || !manifest.startsWith("sha256:") || !size) {
    throw new Refused("this record opens no job with a list")
  }
  const id = await sha256(utf8(canonical(header)))
  const root = fromHex(manifest.slice(7), 32)
  const value = await valueOf(parseProof(content), await hmac(key, joined(utf8("tenuto/manifest/v1\n"), id)), root)
  if (value === null) return false
  if (!same(value, await hmac(key, joined(utf8("tenuto/manifest-value/v1\n"), id)))) {
    throw new Refused("something stands at this work's place that was not made with its key")
  }
  return true
}
