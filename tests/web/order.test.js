import assert from "node:assert/strict"
import { test } from "node:test"
import { neighbour } from "../../src/tenuto/web/static/web/js/order.js"

const KEYS = ["a", "b", "c", "d"]

/** What the server makes of a neighbour. */
function placed(keys, key, { before, after }) {
  const rest = keys.filter((one) => one !== key)
  const at = rest.indexOf(before ?? after) + (after ? 1 : 0)
  return [...rest.slice(0, at), key, ...rest.slice(at)]
}

test("a neighbour says the very place", () => {
  for (let from = 0; from < KEYS.length; from++) {
    for (let to = 0; to < KEYS.length; to++) {
      const beside = neighbour(KEYS, from, to)
      if (from === to) assert.equal(beside, null)
      else assert.equal(placed(KEYS, KEYS[from], beside).indexOf(KEYS[from]), to)
    }
  }
})

test("beyond the ends there is no further place", () => {
  assert.equal(neighbour(KEYS, 0, -1), null)
  assert.equal(neighbour(KEYS, 3, 9), null)
  assert.deepEqual(neighbour(KEYS, 1, 9), { after: "d" })
  assert.equal(neighbour(KEYS, -1, 2), null)
  assert.equal(neighbour([], 0, 1), null)
})
