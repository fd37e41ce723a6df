/** How the player asks the server where a sound is, and tells it how much was heard. */

export class Refused extends Error {
  constructor(status) {
    super(`refused with ${status}`)
    this.status = status
  }
}

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
  if (!response.ok) throw new Refused(response.status)
  return response
}
