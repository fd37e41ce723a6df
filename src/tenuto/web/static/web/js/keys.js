/** Which key does what. Pure; tests/web/keys.test.js. The player's help says the same in words. */

const ACTIONS = {
  " ": ["toggle"],
  k: ["toggle"],
  j: ["skip", -10],
  l: ["skip", 10],
  arrowleft: ["skip", -5],
  arrowright: ["skip", 5],
  n: ["next"],
  p: ["back"],
  m: ["mute"],
  q: ["queue"],
  "?": ["help"],
}

/**
 * The action of a key press as [name, amount], or null where the key belongs to something else:
 * to writing, to a control that uses it itself, or to the browser.
 */
export function action(event, place) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null
  if (place.isWriting) return null
  const key = event.key.toLowerCase()
  if (key === " " && place.isControl) return null
  if (key.startsWith("arrow") && place.usesArrows) return null
  if (event.repeat && !key.startsWith("arrow") && key !== "j" && key !== "l") return null
  if (/^[0-9]$/.test(key) && !event.shiftKey) return place.usesArrows ? null : ["share", Number(key) / 10]
  return ACTIONS[key] ?? null
}

/** What kind of place has the focus. */
export function placeOf(element) {
  const matches = (selector) => Boolean(element?.closest?.(selector))
  const input = element?.closest?.("input")
  const writes = input && !["range", "checkbox", "radio", "button", "submit", "file", "color", "reset"].includes(input.type)
  return {
    isWriting: Boolean(writes) || matches("textarea, select, [contenteditable]"),
    isControl: matches("button, a, summary, input, label, [role=button], audio, video"),
    usesArrows: matches("input[type=radio], input[type=range], [role=tab], [role=menu], audio, video"),
  }
}
