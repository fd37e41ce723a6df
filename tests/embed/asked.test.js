import assert from "node:assert/strict"
import { test } from "node:test"
import { read } from "../../src/tenuto/embed/static/embed/asked.js"

test("what is asked of the player is known only with what it needs", () => {
  for (const data of [{ tenuto: "play" }, { tenuto: "seek", seconds: 42 }, { tenuto: "track", number: 2 }, { tenuto: "volume", share: 0.5 }]) {
    assert.equal(read(data).isKnown, true)
  }
  for (const data of [
    { tenuto: "seek" }, { tenuto: "seek", seconds: "42" }, { tenuto: "seek", seconds: NaN }, { tenuto: "seek", seconds: -1 },
    { tenuto: "track", number: 0 }, { tenuto: "track", number: 1.5 }, { tenuto: "volume", share: 2 },
    { tenuto: "explode" }, { tenuto: "constructor" }, { tenuto: "__proto__" },
  ]) {
    assert.equal(read(data).isKnown, false)
  }
})

test("what is not for us is left alone", () => {
  for (const data of [null, undefined, "play", 1, [], {}, { type: "play" }, { tenuto: 1 }]) assert.equal(read(data), null)
})
