// Bytes, their two spellings, and the two functions that everything here rests on. Standard WebCrypto only.

/** What was shown does not prove what it claims, or is not written as it must be. */
export class Refused extends Error {}

const encoder = new TextEncoder()

export const utf8 = (text) => encoder.encode(text)

/** The text that these bytes write. Refused if they write none. */
export function text(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Refused("these bytes are no text")
  }
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export const same = (one, two) => one.length === two.length && one.every((octet, at) => octet === two[at])

export const hex = (bytes) => Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("")

/** The bytes of lower-case hex; with `size`, that many. */
export function fromHex(digits, size) {
  if (typeof digits !== "string" || !/^([0-9a-f]{2})*$/.test(digits)) throw new Refused("this is no lower-case hex")
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
  if (size !== undefined && bytes.length !== size) throw new Refused(`${bytes.length} bytes where ${size} are due`)
  return bytes
}

export const base64 = (bytes) => btoa(Array.from(bytes, (octet) => String.fromCharCode(octet)).join(""))

/** The bytes of a base64 text, in the one spelling that `base64` gives. */
export function fromBase64(letters) {
  let bytes
  try {
    bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0))
  } catch {
    throw new Refused("this is no base64")
  }
  if (base64(bytes) !== letters) throw new Refused("this base64 has a spelling of its own")
  return bytes
}

export function hash32(bytes) {
  if (bytes.length !== 32) throw new Refused(`a hash has 32 bytes, this one ${bytes.length}`)
  return bytes
}

/** A whole number as the log writes it: no sign, no zeroes in front, and no more than JavaScript counts exactly. */
export function number(digits) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(digits)) throw new Refused(`“${digits.slice(0, 80)}” is no number`)
  const value = Number(digits)
  if (!Number.isSafeInteger(value)) throw new Refused(`${digits} is more than a browser counts`)
  return value
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)))
}

export async function hmac(key, message) {
  const secret = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  return new Uint8Array(await crypto.subtle.sign("HMAC", secret, message))
}
