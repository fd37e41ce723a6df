import assert from "node:assert/strict"
import { test } from "node:test"
import { Taps } from "../../src/tenuto/browse/static/browse/taps.js"

function tapped(moments) {
  const taps = new Taps()
  return moments.map((moment) => taps.tap(moment)).at(-1)
}

test("even taps give their tempo from the fourth on", () => {
  assert.equal(tapped([0, 500, 1000]).bpm, null)
  assert.deepEqual(tapped([0, 500, 1000, 1500]), { beats: 3, bpm: 120 })
})

test("uneven taps give the mean of all", () => {
  assert.equal(tapped([0, 480, 1020, 1490, 2000]).bpm, 120)
})

test("after a long pause one begins anew", () => {
  assert.equal(tapped([0, 500, 1000, 1500, 9000, 10_000, 11_000, 12_000]).bpm, 60)
})

test("of very many taps the last thirty-two beats count", () => {
  const slow = Array.from({ length: 40 }, (_, beat) => beat * 1000)
  const fast = Array.from({ length: 40 }, (_, beat) => 39_000 + beat * 500)
  assert.deepEqual(tapped([...slow, ...fast]), { beats: 32, bpm: 120 })
})
