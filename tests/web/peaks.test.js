import assert from "node:assert/strict"
import { test } from "node:test"
import { read, resample, scale, strokes } from "../../src/tenuto/web/static/web/js/peaks.js"

const sketch = (peaks, bodies) => btoa(String.fromCharCode(...peaks, ...bodies))

test("a sketch is peaks, then as many values of loudness", () => {
  assert.deepEqual(read(sketch([255, 0], [51, 0])), [{ peak: 1, body: 0.2 }, { peak: 0, body: 0 }])
})

test("what is no sketch is an empty waveform", () => {
  for (const odd of ["", undefined, null, "***", "A"]) assert.deepEqual(read(odd), [])
  assert.deepEqual(resample([], 10), [])
  assert.equal(strokes([], 3, 40, "peak"), "")
})

test("no peak is lost when there is room for fewer strokes", () => {
  const points = Array.from({ length: 400 }, (_, i) => ({ peak: i === 137 ? 1 : 0.1, body: 0.05 }))
  for (const count of [4, 57, 399]) {
    const drawn = resample(points, count)
    assert.equal(drawn.length, count)
    assert.equal(Math.max(...drawn.map((at) => at.peak)), 1)
  }
})

test("there can be more strokes than points", () => {
  const drawn = resample([{ peak: 0.5, body: 0.1 }, { peak: 1, body: 0.2 }], 5)
  assert.deepEqual(drawn.map((at) => at.peak), [0.5, 0.5, 0.5, 1, 1])
})

test("the loudest stroke fills the height, loudness never leaves the peak, silence stays silence", () => {
  const drawn = scale([{ peak: 0.02, body: 0.01 }, { peak: 0.4, body: 0.4 }])
  assert.equal(drawn[1].peak, 1)
  for (const at of drawn) assert.ok(at.body <= at.peak && at.peak <= 1)
  assert.deepEqual(scale([{ peak: 0, body: 0 }]), [{ peak: 0, body: 0 }])
})

test("strokes stand around the middle and never leave the picture", () => {
  const path = strokes([{ peak: 1, body: 0 }, { peak: 0, body: 0 }], 4, 40, "peak")
  assert.equal(path, "M2.0 1.5v37.0M6.0 19.6v0.8")
})
