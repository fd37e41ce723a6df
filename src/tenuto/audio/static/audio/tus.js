/**
 * Sends one file by the tus protocol (1.0.0), piece by piece, and goes on where it stopped.
 * Knows no page: whoever uses it hears `progress`, `lost`, `done` and `refused`, and can pause it and go on.
 */

export const PIECE_BYTES = 8 * 1024 * 1024
const PAUSES_SECONDS = [1, 2, 4, 8, 15, 30]

/** What names a file for as long as it is the same: enough to find its upload again after the browser was closed. */
export function fingerprint(file, account, replaces = "") {
  return ["tus", account, replaces, file.name, file.size, file.lastModified].join("|")
}

/** Upload-Metadata: names and Base64 of UTF-8. */
export function metadata(said) {
  return Object.entries(said)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`)
    .join(",")
}

/** How long until the rest has come, from what came lately; null while nobody can know. */
export function secondsLeft(marks, whole) {
  const [first, last] = [marks[0], marks.at(-1)]
  if (!first || last.at - first.at < 1000 || last.done <= first.done) return null
  return ((whole - last.done) * (last.at - first.at)) / (last.done - first.done) / 1000
}

/** Worth trying again: no answer at all, a busy server, a piece that overlaps; not worth it: whatever else it refuses. */
export function isPassing(status) {
  return status === 0 || status === 409 || status === 423 || status === 429 || status === 460 || status >= 500 && status !== 507
}

export class Transfer extends EventTarget {
  #request = null
  #timer = 0
  #failures = 0
  #marks = []
  done = 0
  state = "waiting"

  /** `said` becomes the metadata; `token` is the page's CSRF token, asked for anew with each request. */
  constructor(file, { endpoint, said, token, key, memory = localStorage }) {
    super()
    Object.assign(this, { file, endpoint, said, token, key, memory })
    this.address = memory.getItem(key)
  }

  get left() {
    return secondsLeft(this.#marks, this.file.size)
  }

  start() {
    this.state = "sending"
    this.#marks = []
    this.#next()
  }

  pause() {
    this.state = "paused"
    this.#stop()
    this.#tell("progress")
  }

  /** Forget it here and on the server. */
  remove() {
    this.state = "removed"
    this.#stop()
    this.memory.removeItem(this.key)
    if (this.address) fetch(this.address, { method: "DELETE", headers: this.#headers() }).catch(() => {})
  }

  async #next() {
    clearTimeout(this.#timer)
    if (this.state !== "sending") return
    try {
      if (!this.address) await this.#create()
      else await this.#ask()
      while (this.state === "sending" && this.done < this.file.size) await this.#send()
      if (this.state === "sending") this.#finish()
    } catch (trouble) {
      this.#trouble(trouble)
    }
  }

  async #create() {
    const answer = await this.#fetch("POST", this.endpoint, {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": metadata(this.said),
    })
    this.address = answer.headers.get("Location")
    this.memory.setItem(this.key, this.address)
    this.done = 0
  }

  async #ask() {
    try {
      const answer = await this.#fetch("HEAD", this.address)
      this.done = Number(answer.headers.get("Upload-Offset"))
    } catch (trouble) {
      if (trouble.status !== 404 && trouble.status !== 410) throw trouble
      this.memory.removeItem(this.key) // it is gone there: begin again
      this.address = null
      await this.#create()
    }
  }

  /** By XMLHttpRequest, because fetch does not tell how far a body has gone. */
  #send() {
    const from = this.done
    const piece = this.file.slice(from, from + PIECE_BYTES)
    return new Promise((resolve, reject) => {
      const request = (this.#request = new XMLHttpRequest())
      request.open("PATCH", this.address)
      const headers = { ...this.#headers(), "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" }
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      request.upload.onprogress = (event) => this.#mark(from + event.loaded)
      request.onload = () => {
        if (request.status !== 204) return reject(refusal(request.status, request.responseText))
        this.#failures = 0
        this.#mark(Number(request.getResponseHeader("Upload-Offset")))
        resolve()
      }
      request.onerror = request.ontimeout = () => reject(refusal(0, ""))
      request.onabort = () => resolve()
      request.send(piece)
    })
  }

  #mark(done) {
    this.done = done
    const now = Date.now()
    this.#marks = [...this.#marks.filter((mark) => now - mark.at < 15000), { at: now, done }]
    this.#tell("progress")
  }

  #finish() {
    this.state = "done"
    this.memory.removeItem(this.key)
    this.#tell("done")
  }

  #trouble(trouble) {
    if (this.state !== "sending") return
    if (!isPassing(trouble.status ?? 0)) {
      const signedOut = trouble.status === 401 || trouble.status === 403
      this.state = signedOut ? "signed-out" : "refused"
      if (!signedOut) this.memory.removeItem(this.key)
      this.words = trouble.words
      this.#tell(signedOut ? "progress" : "refused")
      return
    }
    const pause = PAUSES_SECONDS[Math.min(this.#failures++, PAUSES_SECONDS.length - 1)]
    this.retryIn = pause
    this.#marks = []
    this.#tell("lost")
    this.#timer = setTimeout(() => this.#next(), pause * 1000)
  }

  /** The line is back: no need to wait for the end of the pause. */
  retry() {
    if (this.state === "sending" && this.#timer) this.#next()
  }

  async #fetch(method, address, headers = {}) {
    const answer = await fetch(address, { method, headers: { ...this.#headers(), ...headers } }).catch(() => null)
    if (!answer) throw refusal(0, "")
    if (!answer.ok) throw refusal(answer.status, await answer.text())
    return answer
  }

  #headers() {
    return { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token() }
  }

  #stop() {
    clearTimeout(this.#timer)
    this.#request?.abort()
  }

  #tell(what) {
    this.dispatchEvent(new Event(what))
  }
}

function refusal(status, body) {
  let words = ""
  try {
    words = JSON.parse(body).detail
  } catch {
    // no words of ours: a proxy's page, or nothing at all
  }
  return { status, words }
}
