/** How loud a track is played. Pure; tests/web/levels.test.js. */

/** Nobody hears a smaller step, so it needs no amplifier. */
export const LEAST_RAISE_DB = 0.5

/**
 * The listener's volume (0 to 1) and the gain of a track, as what each device does: an element can only make it
 * quieter, an amplifier only louder. The server never asks for a gain that would take a peak past full scale.
 */
export function levels(volume, gainDb) {
  const factor = 10 ** ((Number(gainDb) || 0) / 20)
  // Squared, because a slider that moves evenly should sound as if it did.
  return { element: Math.min(1, Math.max(0, volume)) ** 2 * Math.min(1, factor), amplifier: Math.max(1, factor) }
}
