/** Sizes and lengths of time as people say them. Pure; tests/audio/upload.test.js. */

/** 517 MB, 4.29 GB: in the language of the page. */
export function size(bytes, language) {
  const [unit, by] = bytes >= 1e9 ? ["gigabyte", 1e9] : bytes >= 1e6 ? ["megabyte", 1e6] : ["kilobyte", 1e3]
  const digits = unit === "gigabyte" ? 2 : 0
  return said(bytes && Math.max(bytes / by, 10 ** -digits), language, { unit, maximumFractionDigits: digits })
}

/** 40 seconds, 3 minutes, 2 hours. Never none at all. */
export function duration(seconds, language) {
  const [unit, by] = seconds >= 5400 ? ["hour", 3600] : seconds >= 90 ? ["minute", 60] : ["second", 1]
  return said(Math.max(1, Math.round(seconds / by)), language, { unit, unitDisplay: "long", maximumFractionDigits: 0 })
}

function said(number, language, how) {
  return new Intl.NumberFormat(language, { style: "unit", ...how }).format(number)
}
