// What turns an entry of the log back into words. As rules/openings.py, rules/commitments.py and rules/canonical.py.
import { Refused, fromHex, hmac, joined, same, sha256, utf8 } from "./bytes.js"

/** The one form in which facts are written: keys sorted, nothing between them, no fractions. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort()
    if (names.some((name) => !/^[a-z0-9_.]+$/.test(name))) throw new Refused("a record has a key of another alphabet")
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Refused("a record holds whole numbers only")
  return JSON.stringify(value)
}

/** The record that these words write. Refused unless they are its one form: no two readers differ. */
export function parsed(words) {
  let record
  try {
    record = JSON.parse(words)
  } catch {
    throw new Refused("no record can be read here")
  }
  if (record === null || typeof record !== "object" || Array.isArray(record) || canonical(record) !== words) {
    throw new Refused("these words are not the one form of a record")
  }
  return record
}

export const saltOf = (key, nonce) => hmac(key, joined(utf8("tenuto/entry/v1\n"), nonce))

/** The entry that an opening computes to, and its record. A blinded entry opens only with the asset's key. */
export async function opened(words, key) {
  const said = parsed(words)
  if (said.v !== 1 || typeof said.body !== "string") throw new Refused("this is no opening of a version known here")
  const names = Object.keys(said).sort().join()
  const [body, record] = [utf8(said.body), parsed(said.body)]
  if (said.t === "public" && names === "body,t,v") return { entry: joined(Uint8Array.of(1), body), record }
  if (!key) throw new Refused("this entry opens only with the asset's key")
  let hidden
  if (said.t === "opening" && names === "body,nonce,salt,t,v") {
    const salt = fromHex(said.salt, 32)
    if (!same(salt, await saltOf(key, fromHex(said.nonce, 16)))) {
      throw new Refused("this entry was not made with this asset's key")
    }
    hidden = await sha256(utf8("tenuto/commit/v1\n"), salt, body)
  } else if (said.t === "registration" && names === "body,t,v") {
    hidden = await sha256(utf8("tenuto/asset/v1\n"), key, body)
  } else {
    throw new Refused("this opening is of a kind not known here")
  }
  return { entry: joined(Uint8Array.of(2), hidden), record }
}
