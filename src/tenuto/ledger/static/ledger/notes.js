// Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint). As rules/notes.py and rules/checkpoints.py.
import { Refused, fromBase64, hash32, hex, number, same, sha256, text, utf8 } from "./bytes.js"

const ED25519 = 1

/** This browser cannot check it. That is no failure of the log, and no proof either. */
export class Unable extends Error {}

/** The key that a vkey writes: name, id, kind and its bytes. */
export async function parseKey(vkey) {
  const [name, id, ...rest] = vkey.split("+")
  const material = fromBase64(rest.join("+"))
  const key = { name, kind: material[0], bytes: material.slice(1) }
  key.id = (await sha256(utf8(`${name}\n`), material)).slice(0, 4)
  if (!name || /\s/u.test(name)) throw new Refused(`“${vkey.slice(0, 80)}” has no name`)
  if (id !== hex(key.id)) throw new Refused(`“${vkey.slice(0, 80)}” names another key than it holds`)
  return key
}

/** The log keys that a policy file names. */
export async function logKeys(policy) {
  const lines = policy.split("\n").map((line) => line.split(/[ \t]+/).filter(Boolean))
  return Promise.all(lines.filter(([word]) => word === "log").map(([, vkey]) => parseKey(vkey ?? "")))
}

/** A note's text and its signature lines. */
export function parseNote(content) {
  const whole = text(content)
  const gap = whole.lastIndexOf("\n\n")
  if (gap < 0 || !whole.endsWith("\n") || whole.length <= gap + 2) {
    throw new Refused("a note is a text, an empty line and signature lines")
  }
  const signatures = whole
    .slice(gap + 2, -1)
    .split("\n")
    .map((line) => {
      const [dash, name, letters, ...more] = line.split(" ")
      if (dash !== "—" || !name || !letters || more.length) throw new Refused("this is no signature line")
      const both = fromBase64(letters)
      if (both.length <= 4) throw new Refused("this line holds no signature")
      return { name, id: both.slice(0, 4), value: both.slice(4) }
    })
  return { text: whole.slice(0, gap + 1), signatures }
}

/** What a checkpoint says: name, size and root of a log. */
export function parseCheckpoint(words) {
  const lines = words.split("\n")
  if (lines.length < 4 || lines.pop() !== "" || lines.some((line) => !line)) {
    throw new Refused("a checkpoint has three lines or more, none of them empty")
  }
  return { origin: lines[0], size: number(lines[1]), root: hash32(fromBase64(lines[2])) }
}

/** The checkpoint in a note that one of these keys of its log signed. Refused for a false signature, or for none. */
export async function openedCheckpoint(content, keys) {
  const note = parseNote(content)
  const checkpoint = parseCheckpoint(note.text)
  const own = keys.filter((key) => key.name === checkpoint.origin && key.kind === ED25519 && key.bytes.length === 32)
  let signed = 0
  for (const { name, id, value } of note.signatures) {
    const key = own.find((one) => one.name === name && same(one.id, id))
    if (!key) continue
    if (!(await verify(key.bytes, utf8(note.text), value))) throw new Refused(`the signature of ${name} is false`)
    signed++
  }
  if (!signed) throw new Refused(`no key of ${checkpoint.origin} that is known here signed this`)
  return checkpoint
}

/** Whether this is that key's signature. Unable, where the browser does not know the kind. */
export async function verify(key, message, signature) {
  let known
  try {
    known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"])
  } catch (error) {
    if (error?.name === "NotSupportedError" || error?.name === "SyntaxError") {
      throw new Unable("this browser does not know the signatures of the log (Ed25519)")
    }
    throw new Refused("this is no key")
  }
  return crypto.subtle.verify({ name: "Ed25519" }, known, signature, message)
}
