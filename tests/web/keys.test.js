import assert from "node:assert/strict"
import { test } from "node:test"
import { action } from "../../src/tenuto/web/static/web/js/keys.js"

const NOWHERE = { isWriting: false, isControl: false, usesArrows: false }
const press = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...more })

test("the keys do what the help says", () => {
  assert.deepEqual(action(press(" "), NOWHERE), ["toggle"])
  assert.deepEqual(action(press("K"), NOWHERE), ["toggle"])
  assert.deepEqual(action(press("j"), NOWHERE), ["skip", -10])
  assert.deepEqual(action(press("ArrowRight"), NOWHERE), ["skip", 5])
  assert.deepEqual(action(press("7"), NOWHERE), ["share", 0.7])
  assert.deepEqual(action(press("?", { shiftKey: true }), NOWHERE), ["help"])
  assert.equal(action(press("x"), NOWHERE), null)
})

test("nothing is taken from somebody who writes", () => {
  for (const key of [" ", "k", "5", "?", "ArrowLeft"]) assert.equal(action(press(key), { ...NOWHERE, isWriting: true }), null)
})

test("nothing is taken from the browser", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(action(press("l", { [held]: true }), NOWHERE), null)
})

test("a control keeps its own keys and leaves the others", () => {
  assert.equal(action(press(" "), { ...NOWHERE, isControl: true }), null)
  assert.deepEqual(action(press("k"), { ...NOWHERE, isControl: true }), ["toggle"])
  assert.equal(action(press("ArrowLeft"), { ...NOWHERE, usesArrows: true }), null)
})

test("a key that is held down does not stutter", () => {
  assert.equal(action(press("k", { repeat: true }), NOWHERE), null)
  assert.deepEqual(action(press("l", { repeat: true }), NOWHERE), ["skip", 10])
})
