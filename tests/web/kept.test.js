import assert from "node:assert/strict"
import { test } from "node:test"
import { choose, isSame, state, together } from "../../src/tenuto/web/static/web/js/kept.js"

const track = (key, open = true) => ({ key, title: key, open })
const queue = (letters, at = 0) => ({ items: [...letters].map((key) => track(key)), at: letters ? at : -1 })
const kept = (letters, revision, { at = 0, position = 0 } = {}) => ({ ...queue(letters, at), revision, position })

test("what was never kept is sent, if there is anything", () => {
  assert.equal(choose({ kept: kept("", 0), known: null, here: queue("ab"), isPlaying: false }), "send")
  assert.equal(choose({ kept: kept("", 0), known: null, here: queue(""), isPlaying: false }), null)
})

test("what this browser kept last it goes on with, and sends what changed since", () => {
  assert.equal(choose({ kept: kept("ab", 4), known: 4, here: queue("ab"), isPlaying: false }), null)
  assert.equal(choose({ kept: kept("ab", 4), known: 4, here: queue("ab", 1), isPlaying: false }), "send")
  assert.equal(choose({ kept: kept("ab", 4), known: 4, here: queue(""), isPlaying: false }), "send")
})

test("what was kept elsewhere is taken, but never from under what plays", () => {
  const elsewhere = { kept: kept("cd", 5), known: 4, here: queue("ab") }
  assert.equal(choose({ ...elsewhere, isPlaying: false }), "take")
  assert.equal(choose({ ...elsewhere, isPlaying: true }), "send")
  assert.equal(choose({ kept: kept("ab", 5), known: 4, here: queue("ab"), isPlaying: false }), null)
  assert.equal(choose({ kept: kept("ab", 5, { position: 30 }), known: 4, here: queue("ab"), isPlaying: false }), "take")
})

test("what a guest had queued stands behind what is kept, each once, and nothing that was not theirs to hear", () => {
  const here = { items: [track("b"), track("x"), track("secret", false)], at: 1 }
  const both = together(kept("ab", 3, { at: 1 }), here)
  assert.deepEqual([both.items.map((item) => item.key).join(""), both.at], ["abx", 1])
  assert.equal(together(kept("", 3), here).at, 1)
})

test("two queues are the same when they would play the same", () => {
  assert.ok(isSame(state(queue("ab", 1)), state(queue("ab", 1))))
  assert.ok(!isSame(state(queue("ab", 1)), state(queue("ab", 0))))
  assert.ok(!isSame(state(queue("ab")), state(queue("abc"))))
  assert.ok(!isSame(state(queue("ab")), state(queue("ba"))))
})
