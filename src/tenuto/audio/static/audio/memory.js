/** localStorage, where there is any: some browsers refuse it in private windows. Then uploads live as long as their tab. */
export const memory = {
  getItem: (key) => attempt(() => localStorage.getItem(key)) ?? null,
  setItem: (key, value) => attempt(() => localStorage.setItem(key, value)),
  removeItem: (key) => attempt(() => localStorage.removeItem(key)),
}

function attempt(act) {
  try {
    return act()
  } catch {
    return undefined
  }
}
