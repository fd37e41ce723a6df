/** Which line is sung. Pure; tests/lyrics/lines.test.js. */

/** The place of the last line that begins at or before `position`; -1 before the first. Lines are in order of `at`. */
export function lineAt(lines, position) {
  let [low, high] = [0, lines.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (lines[middle].at <= position) low = middle + 1
    else high = middle
  }
  return low - 1
}
