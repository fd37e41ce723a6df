import assert from "node:assert/strict"
import { test } from "node:test"
import { clock, fill, length } from "../../src/tenuto/web/static/web/js/clock.js"

test("times read as players write them", () => {
  assert.equal(clock(0), "0:00")
  assert.equal(clock(59.99), "0:59")
  assert.equal(clock(292), "4:52")
  assert.equal(clock(3892), "1:04:52")
  for (const odd of [NaN, Infinity, -3, undefined, null]) assert.equal(clock(odd), "0:00")
})

test("a length goes to the nearest second, as the pages print it", () => {
  assert.equal(length(83.6), "1:24")
  assert.equal(length("83.4"), "1:23")
})

test("only the names that are given are put into a sentence", () => {
  assert.equal(fill("Play {title} by {artist}", { title: "{artist}" }), "Play {artist} by {artist}")
})
