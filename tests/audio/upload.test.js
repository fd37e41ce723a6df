import assert from "node:assert/strict"
import { test } from "node:test"
import { fingerprint, isPassing, metadata, secondsLeft } from "../../src/tenuto/audio/static/audio/tus.js"
import { duration, size } from "../../src/tenuto/audio/static/audio/words.js"

const FILE = { name: "Ferry Horn.wav", size: 517, lastModified: 42 }

test("a file is known again after the browser was closed, for the same account and the same wish only", () => {
  assert.equal(fingerprint(FILE, "7"), fingerprint({ ...FILE }, "7"))
  const others = [
    fingerprint(FILE, "8"),
    fingerprint(FILE, "7", "track"),
    fingerprint({ ...FILE, name: "b" }, "7"),
    fingerprint({ ...FILE, size: 518 }, "7"),
    fingerprint({ ...FILE, lastModified: 43 }, "7"),
  ]
  assert.equal(new Set([fingerprint(FILE, "7"), ...others]).size, 6)
})

test("metadata carries any script, and leaves out what is empty", () => {
  const said = metadata({ filename: "ätherisch, 夜.flac", audience: "", replaces: "x" })
  const [name, value] = said.split(",")[0].split(" ")
  assert.equal(name, "filename")
  assert.equal(Buffer.from(value, "base64").toString("utf8"), "ätherisch, 夜.flac")
  assert.equal(said.split(",").length, 2)
  assert.ok(said.endsWith("replaces eA=="))
})

test("the time that is left follows from what came lately, and is not guessed from nothing", () => {
  assert.equal(secondsLeft([], 100), null)
  assert.equal(secondsLeft([{ at: 0, done: 0 }], 100), null)
  assert.equal(secondsLeft([{ at: 0, done: 0 }, { at: 500, done: 50 }], 100), null)
  assert.equal(secondsLeft([{ at: 0, done: 20 }, { at: 9000, done: 20 }], 100), null)
  assert.equal(secondsLeft([{ at: 0, done: 10 }, { at: 2000, done: 50 }], 100), 2.5)
})

test("what passes by itself is tried again, what does not is said", () => {
  for (const status of [0, 409, 423, 429, 460, 500, 502, 503, 504]) assert.ok(isPassing(status), String(status))
  for (const status of [-1, 400, 401, 403, 404, 410, 412, 413, 415, 507]) assert.ok(!isPassing(status), String(status))
})

test("sizes read as people say them", () => {
  const read = (bytes) => size(bytes, "en-GB").replace(/\u00a0/g, " ")
  assert.deepEqual([0, 1, 900, 48_400_000, 517e6, 4_294_967_296].map(read), ["0 kB", "1 kB", "1 kB", "48 MB", "517 MB", "4.29 GB"])
})

test("lengths of time are whole, and never nothing", () => {
  const read = (seconds) => duration(seconds, "en-GB").replace(/\u00a0/g, " ")
  assert.deepEqual([0, 1.4, 40, 100, 3000, 7200].map(read), ["1 second", "1 second", "40 seconds", "2 minutes", "50 minutes", "2 hours"])
})
