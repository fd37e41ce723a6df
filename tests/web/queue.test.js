import assert from "node:assert/strict"
import { test } from "node:test"
import * as queues from "../../src/tenuto/web/static/web/js/queue.js"

const item = (key) => ({ key, title: key.toUpperCase() })
const list = (...keys) => keys.map(item)
const keys = (queue) => queue.items.map((one) => one.key).join(" ")
const playing = (queue) => queues.current(queue)?.key
const of = (at, ...all) => ({ items: list(...all), at })

test("pressing play in a list plays on through the list", () => {
  const queue = queues.playList(queues.EMPTY, list("a", "b", "c"), 1)
  assert.equal(keys(queue), "a b c")
  assert.equal(playing(queue), "b")
  assert.equal(playing(queues.step(queue, 1)), "c")
  assert.equal(playing(queues.step(queue, -1)), "a")
  assert.equal(queues.step(queues.step(queue, 1), 1), null)
})

test("what was added by hand outlives a change of list", () => {
  let queue = queues.playList(queues.EMPTY, list("a", "b"), 0)
  queue = queues.addLast(queue, item("x"))
  queue = queues.playList(queue, list("p", "q", "r"), 1)
  assert.equal(keys(queue), "p q x r")
  assert.equal(playing(queue), "q")
})

test("what one adds comes before the rest of the list, in the order in which it was added", () => {
  let queue = of(0, "a", "b")
  queue = queues.addLast(queue, item("x"))
  queue = queues.addLast(queue, item("y"))
  assert.equal(keys(queue), "a x y b")
  queue = queues.addNext(queue, item("z"))
  assert.equal(keys(queue), "a z x y b")
  assert.equal(playing(queue), "a")
})

test("the first track added to an empty queue is the one that is there", () => {
  assert.equal(playing(queues.addLast(queues.EMPTY, item("a"))), "a")
  assert.equal(playing(queues.addNext(queues.EMPTY, item("a"))), "a")
})

test("moving and removing never changes what plays, unless it is removed itself", () => {
  const queue = of(1, "a", "b", "c", "d")
  for (let from = 0; from < 4; from += 1) {
    for (let to = 0; to < 4; to += 1) assert.equal(playing(queues.move(queue, from, to)), "b", `${from} to ${to}`)
    if (from !== 1) assert.equal(playing(queues.remove(queue, from)), "b", `without ${from}`)
  }
  assert.equal(keys(queues.move(queue, 3, 0)), "d a b c")
  assert.equal(playing(queues.remove(queue, 1)), "c")
  assert.equal(playing(queues.remove(of(1, "a", "b"), 1)), "a")
  assert.deepEqual(queues.remove(of(0, "a"), 0), queues.EMPTY)
})

test("a place that does not exist changes nothing", () => {
  const queue = of(0, "a", "b")
  assert.equal(queues.move(queue, 0, 2), queue)
  assert.equal(queues.move(queue, -1, 0), queue)
  assert.equal(queues.remove(queue, 5), queue)
})

test("clearing leaves what plays", () => {
  assert.equal(keys(queues.clear(of(2, "a", "b", "c"))), "c")
  assert.equal(queues.clear(queues.EMPTY), queues.EMPTY)
})

test("signing out takes away what was not for everybody", () => {
  const queue = { items: [{ key: "a", open: true }, { key: "b", open: false }, { key: "c", open: true }], at: 2 }
  const left = queues.keepOnly(queue, (one) => one.open)
  assert.equal(keys(left), "a c")
  assert.equal(playing(left), "c")
  assert.equal(playing(queues.keepOnly({ ...queue, at: 1 }, (one) => one.open)), "c")
  assert.deepEqual(queues.keepOnly(queue, () => false), queues.EMPTY)
})

test("what an earlier visit left is read with care", () => {
  for (const odd of [null, 3, "x", {}, { items: "a" }, { items: [null, { key: 4 }] }]) {
    assert.equal(queues.read(odd), queues.EMPTY)
  }
  assert.equal(playing(queues.read({ items: list("a", "b"), at: 99 })), "b")
  assert.equal(playing(queues.read({ items: list("a", "b"), at: "x" })), "a")
})

test("a queue stays within its limit and keeps what plays", () => {
  const many = Array.from({ length: queues.MOST + 40 }, (_, i) => item(`t${i}`))
  const queue = queues.playList(queues.EMPTY, many, 30)
  assert.equal(queue.items.length, queues.MOST)
  assert.equal(playing(queue), "t30")
})
