/**
 * What plays now, what came before and what comes next. Pure: every function gives a new queue.
 * A queue is { items, at }; an item is { key, title, … } and `added` when somebody put it there by hand.
 * `at` is the item that plays, or -1 when nothing does. Tests: tests/web/queue.test.js.
 */

export const EMPTY = Object.freeze({ items: [], at: -1 })

/** Nobody listens to more, and every tab keeps a copy. */
export const MOST = 500

export function current(queue) {
  return queue.items[queue.at] ?? null
}

export function upcoming(queue) {
  return queue.items.slice(queue.at + 1)
}

/** Play `list` from `index` on. What was added by hand and not yet played still comes first. */
export function playList(queue, list, index) {
  const added = upcoming(queue).filter((item) => item.added && item.key !== list[index]?.key)
  const items = [...list.slice(0, index + 1), ...added, ...list.slice(index + 1)]
  return cut({ items, at: list.length ? index : -1 })
}

/** Right after what plays; the last one added so is the next one heard. */
export function addNext(queue, item) {
  return insert(queue, { ...item, added: true }, queue.at + 1)
}

/** After everything else that was added by hand, before the rest of the list one came from. */
export function addLast(queue, item) {
  let place = queue.at + 1
  while (queue.items[place]?.added) place += 1
  return insert(queue, { ...item, added: true }, place)
}

export function remove(queue, index) {
  if (index < 0 || index >= queue.items.length) return queue
  const items = queue.items.filter((_, i) => i !== index)
  // What followed the one that plays now plays in its place, if anything does.
  const at = index < queue.at ? queue.at - 1 : Math.min(queue.at, items.length - 1)
  return { items, at }
}

export function move(queue, from, to) {
  if (from === to || [from, to].some((index) => index < 0 || index >= queue.items.length)) return queue
  const items = [...queue.items]
  const [item] = items.splice(from, 1)
  items.splice(to, 0, from > queue.at && to > queue.at ? { ...item, added: true } : item)
  return { items, at: items.indexOf(current(queue)) }
}

export function step(queue, by) {
  const at = queue.at + by
  return at < 0 || at >= queue.items.length ? null : { ...queue, at }
}

/** Only what plays stays. */
export function clear(queue) {
  const item = current(queue)
  return item ? { items: [item], at: 0 } : EMPTY
}

/** Without the items that `keep` refuses. */
export function keepOnly(queue, keep) {
  const kept = queue.items.map((item, i) => ({ item, i })).filter(({ item }) => keep(item))
  const items = kept.map(({ item }) => item)
  const before = kept.filter(({ i }) => i < queue.at).length
  return { items, at: kept.some(({ i }) => i === queue.at) ? before : items.length ? Math.min(before, items.length - 1) : -1 }
}

/** What was kept by an earlier visit, if it is a queue at all. */
export function read(kept) {
  const items = Array.isArray(kept?.items) ? kept.items.filter((item) => typeof item?.key === "string").slice(0, MOST) : []
  if (!items.length) return EMPTY
  const at = Number.isInteger(kept.at) ? Math.min(Math.max(kept.at, 0), items.length - 1) : 0
  return { items, at }
}

function insert(queue, item, place) {
  const items = [...queue.items]
  items.splice(place, 0, item)
  return cut({ items, at: queue.at < 0 ? 0 : queue.at })
}

/** Forget the oldest of what was played, then the last of what comes. */
function cut(queue) {
  const over = Math.max(0, queue.items.length - MOST)
  const played = Math.min(over, Math.max(0, queue.at))
  return { items: queue.items.slice(played, played + MOST), at: queue.at - played }
}
