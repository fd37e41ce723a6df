// Tiles: the log's hashes as files that never change (C2SP tlog-tiles). As rules/tiles.py and rules/nodes.py.
import { Refused } from "./bytes.js"
import { nodeHash } from "./tree.js"

const WIDTH = 256
const LEVELS = 8 // of the tree, in one tile

/** Where a tile is served, below the log's prefix. */
export function pathOf(level, index, width = WIDTH) {
  let digits = String(index)
  digits = digits.padStart(Math.ceil(digits.length / 3) * 3, "0")
  const groups = digits.match(/.{3}/g)
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/")
  return `tile/${level}/${place}${width === WIDTH ? "" : `.p/${width}`}`
}

/** The nodes of a log of this size. `fetchFile(path)` gives a file's bytes, or null where there is none. */
export function nodesOf(size, fetchFile) {
  const kept = new Map() // of the rows of a tile, by its path; promises, so that nothing is fetched twice

  async function rowsOf(level, index) {
    const width = Math.min(Math.floor(size / WIDTH ** level) - index * WIDTH, WIDTH)
    if (width <= 0) throw new Refused(`a log of ${size} has no tile ${index} at level ${level}`)
    const path = pathOf(level, index, width)
    let content = await fetchFile(path)
    // One that is partial may have given way to the full one.
    if (content === null && width < WIDTH) content = (await fetchFile(pathOf(level, index)))?.slice(0, width * 32) ?? null
    if (content === null) throw new Refused(`${path} is not there`)
    if (content.length !== width * 32) throw new Refused(`${path} has ${content.length} bytes, not ${width * 32}`)
    const rows = [Array.from({ length: width }, (_, at) => content.slice(at * 32, at * 32 + 32))]
    while (rows.at(-1).length > 1) {
      const below = rows.at(-1)
      const pairs = Array.from({ length: Math.floor(below.length / 2) }, (_, at) => [below[2 * at], below[2 * at + 1]])
      rows.push(await Promise.all(pairs.map(([left, right]) => nodeHash(left, right))))
    }
    return rows
  }

  return async function read(level, index) {
    const [tileLevel, height] = [Math.floor(level / LEVELS), level % LEVELS]
    const tileIndex = Math.floor(index / 2 ** (LEVELS - height))
    const name = `${tileLevel}/${tileIndex}`
    if (!kept.has(name)) kept.set(name, rowsOf(tileLevel, tileIndex))
    const rows = await kept.get(name)
    const node = rows[height]?.[index - tileIndex * 2 ** (LEVELS - height)]
    if (!node) throw new Refused(`a log of ${size} has no node ${index} at level ${level}`)
    return node
  }
}
