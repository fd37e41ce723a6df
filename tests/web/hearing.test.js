import assert from "node:assert/strict"
import { test } from "node:test"
import { Hearing } from "../../src/tenuto/web/static/web/js/hearing.js"

function play(hearing, from, to) {
  for (let at = from; at <= to; at += 0.25) hearing.at(at)
}

test("only what was played counts as heard, not what was leapt over", () => {
  const hearing = new Hearing(240)
  play(hearing, 0, 10)
  hearing.leap()
  play(hearing, 200, 205)
  assert.equal(hearing.seconds, 15)
})

test("even a leap that nobody announced is not heard", () => {
  const hearing = new Hearing(240)
  play(hearing, 0, 10)
  play(hearing, 100, 110)
  assert.equal(hearing.seconds, 20)
  play(hearing, 0, 1)
  assert.equal(hearing.seconds, 21)
})

test("the moment that makes a play is news, and then every quarter of a minute", () => {
  const long = new Hearing(240)
  play(long, 0, 14)
  assert.equal(long.isNews, false)
  play(long, 14, 15)
  assert.equal(long.isNews, true)
  long.told()
  play(long, 15, 29.75)
  assert.equal(long.isNews, false)
  play(long, 29.75, 30)
  assert.equal(long.isNews, true)
})

test("of a short track the half is enough", () => {
  const short = new Hearing(20)
  play(short, 0, 9)
  assert.equal(short.isNews, false)
  play(short, 9, 10)
  assert.equal(short.isNews, true)
})
