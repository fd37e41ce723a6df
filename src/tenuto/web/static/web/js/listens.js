/** How the player asks the server where a sound is, and tells it how much was heard. */

export class Refused extends Error {
  constructor(status) {
    super(`refused with ${status}`)
    this.status = status
  }
}

/** More music than may be taken for now; after so many seconds it goes on. */
export class Later extends Refused {
  constructor(seconds) {
    super(429)
    this.seconds = seconds
  }
}

/** Where a player asks again by itself; what is further away is for tomorrow, and people are told so. */
export const LONGEST_WAIT_SECONDS = 120

/** No answer: the network is gone, or the server is. */
export class Unreachable extends Error {}

/**
 * Begin to listen to a track: its sources, its gain, and the address for reports.
 * `again` goes on with a listen whose addresses have ended.
 */
export async function begin(address, key, source, again = null) {
  const response = await ask(address, "POST", again ? { key, source, again } : { key, source })
  return response.json()
}

/** Tell how far it is. Survives the page: the last report is sent while the page goes away. */
export async function report(address, position, heard) {
  const round = (seconds) => Math.round(seconds * 10) / 10
  await ask(address, "PATCH", { position: round(position), heard: round(heard) })
}

async function ask(address, method, wish) {
  let response
  try {
    response = await fetch(address, {
      method,
      keepalive: true,
      credentials: "same-origin",
      headers: {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": document.body.dataset.csrf ?? "",
      },
      body: JSON.stringify(wish),
    })
  } catch (error) {
    throw new Unreachable(String(error))
  }
  // A server that is being restarted behind a proxy says 502 to 504: that is no answer either.
  if (response.status >= 502 && response.status <= 504) throw new Unreachable(String(response.status))
  if (response.status === 429) throw new Later(secondsToWait(response))
  if (!response.ok) throw new Refused(response.status)
  return response
}

/** Why the sound behind an address does not come: seconds to wait where that is all, else null. Fetches a byte. */
export async function delay(address) {
  try {
    const response = await fetch(address, { credentials: "same-origin", headers: { "Range": "bytes=0-0" } })
    await response.body?.cancel()
    return response.status === 429 ? secondsToWait(response) : null
  } catch {
    return null
  }
}

function secondsToWait(response) {
  const told = Number(response.headers.get("Retry-After"))
  return Number.isFinite(told) && told > 0 ? told : 15
}
