// The tree of the log (RFC 6962): proofs made from its nodes, and proofs checked as RFC 9162 says. As rules/tree.py.
// A node is named by level and index; `read(level, index)` gives the hash of a whole one. Sizes are exact up to 2^53,
// beyond what bit operators of JavaScript take, so halves are divisions.
import { Refused, same, sha256 } from "./bytes.js"

export const leafHash = (entry) => sha256(Uint8Array.of(0), entry)
export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right)

const half = (number) => Math.floor(number / 2)
const odd = (number) => number % 2 === 1

/** The largest power of two below `count`: where RFC 6962 divides a tree. */
function split(count) {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/** The hash over the leaves from `start` to `end`. */
async function over(start, end, read) {
  const nodes = []
  for (let at = start; at < end; ) {
    let level = 0
    while (2 ** (level + 1) <= end - at) level++
    nodes.push(await read(level, at / 2 ** level))
    at += 2 ** level
  }
  let node = nodes.pop()
  while (nodes.length) node = await nodeHash(nodes.pop(), node)
  return node
}

/** The hashes that lead from a leaf to the root, the leaf's sibling first. */
export async function inclusionProof(index, size, read) {
  if (!(index >= 0 && index < size)) throw new Refused(`a tree of ${size} has no leaf ${index}`)
  const proof = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + split(end - start)
    if (index < middle) {
      proof.push(await over(middle, end, read))
      end = middle
    } else {
      proof.push(await over(start, middle, read))
      start = middle
    }
  }
  return proof.reverse()
}

/** The hashes that show that a tree of `now` begins with the tree of `old`. */
export async function consistencyProof(old, now, read) {
  if (!(old >= 0 && old <= now)) throw new Refused(`a tree of ${now} does not begin with one of ${old}`)
  if (old === 0) return []
  const proof = []
  let [start, end] = [0, now]
  while (old !== end) {
    const middle = start + split(end - start)
    if (old <= middle) {
      proof.push(await over(middle, end, read))
      end = middle
    } else {
      proof.push(await over(start, middle, read))
      start = middle
    }
  }
  if (start) proof.push(await over(start, end, read))
  return proof.reverse()
}

/** Refuse unless the leaf with this hash stands at `index` in the tree of `size` with this root. */
export async function checkInclusion(leaf, index, size, proof, root) {
  if (!(index >= 0 && index < size)) throw new Refused(`a tree of ${size} has no leaf ${index}`)
  let [place, last, node] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) throw new Refused("the proof goes on above the root")
    if (odd(place) || place === last) {
      node = await nodeHash(sibling, node)
      while (place && !odd(place)) [place, last] = [half(place), half(last)]
    } else {
      node = await nodeHash(node, sibling)
    }
    ;[place, last] = [half(place), half(last)]
  }
  if (last || !same(node, root)) throw new Refused("the proof does not lead to the root that the log signed")
}

/** Refuse unless the tree of `now` with `nowRoot` begins with the tree of `old` with `oldRoot`. */
export async function checkConsistency(old, now, oldRoot, nowRoot, proof) {
  if (!(old > 0 && old <= now)) throw new Refused(`a tree of ${now} does not begin with one of ${old}`)
  if (old === now) {
    if (proof.length || !same(oldRoot, nowRoot)) throw new Refused("the roots differ")
    return
  }
  if (!proof.length) throw new Refused("the proof is empty")
  const path = Number.isInteger(Math.log2(old)) ? [oldRoot, ...proof] : [...proof]
  let [place, last] = [old - 1, now - 1]
  while (odd(place)) [place, last] = [half(place), half(last)]
  let [first, second] = [path[0], path[0]]
  for (const sibling of path.slice(1)) {
    if (last === 0) throw new Refused("the proof goes on above the root")
    if (odd(place) || place === last) {
      first = await nodeHash(sibling, first)
      second = await nodeHash(sibling, second)
      while (place && !odd(place)) [place, last] = [half(place), half(last)]
    } else {
      second = await nodeHash(second, sibling)
    }
    ;[place, last] = [half(place), half(last)]
  }
  if (last || !same(first, oldRoot) || !same(second, nowRoot)) throw new Refused("the proof does not lead to both roots")
}
