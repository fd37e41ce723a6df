import assert from "node:assert/strict"
import { test } from "node:test"
import { lineAt } from "../../src/tenuto/lyrics/static/lyrics/lines.js"

const LINES = [{ at: 2 }, { at: 5 }, { at: 5 }, { at: 9 }]

test("before the first line none is sung", () => {
  assert.equal(lineAt(LINES, 1.99), -1)
  assert.equal(lineAt([], 3), -1)
})

test("a line is sung from its moment until the next one's", () => {
  assert.equal(lineAt(LINES, 2), 0)
  assert.equal(lineAt(LINES, 4.99), 0)
  assert.equal(lineAt(LINES, 5), 2)
  assert.equal(lineAt(LINES, 100), 3)
})
