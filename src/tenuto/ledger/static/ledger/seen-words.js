// Who cosigned a head, in the words of the page: nothing where it asks for nobody.

/** The sentences about witnesses. `says`: the element's own words. */
export function seenWords({ names, enough, asked }, says) {
  if (!asked) return []
  const who = names.length ? [`${says.saysSeen} ${names.join(", ")}.`] : []
  return [...who, enough ? says.saysQuorum : says.saysUnwitnessed]
}
