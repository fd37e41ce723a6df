import assert from "node:assert/strict"
import { test } from "node:test"
import { levels } from "../../src/tenuto/web/static/web/js/levels.js"

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-3, `${a} is not ${b}`)

test("a loud track is made quieter by its element alone", () => {
  near(levels(1, -6.0206).element, 0.5)
  near(levels(1, -6.0206).amplifier, 1)
})

test("a quiet track is raised by the amplifier alone", () => {
  near(levels(1, 6.0206).element, 1)
  near(levels(1, 6.0206).amplifier, 2)
})

test("without a gain nothing is changed", () => {
  for (const none of [0, null, undefined, NaN]) assert.deepEqual(levels(1, none), { element: 1, amplifier: 1 })
})

test("the listener's own volume comes on top, and stays within what an element takes", () => {
  near(levels(0.5, -6.0206).element, 0.125)
  near(levels(0, 20).element, 0)
  near(levels(7, 0).element, 1)
  near(levels(-1, 0).element, 0)
})
