/**
 * Sends one file by the tus protocol (1.0.0), piece by piece, and goes on where it stopped.
 * Knows no page: whoever uses it hears `progress`, `lost`, `done` and `refused`, and can pause it and go on.
 */

/** Most songs go in one piece, which the server can hash as it comes. */
export const PIECE_BYTES = 32 * 1024 * 1024
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

/** Worth trying again: no answer at all, a busy server, a piece that overlaps. Not worth it: whatever else it refuses. */
export function isPassing(status) {
  return [0, 408, 409, 423, 425, 429, 460].includes(status) || (status >= 500 && status !== 507)
}

export class Transfer extends EventTarget {
  #request = null
  #timer = 0
  #run = 0 // of several that were begun by pausing and going on, only the last one counts
  #failures = 0
  #marks = []
  done = 0
  retryIn = 0
  state = "waiting"
  refusal = { code: "", words: "" }

  /** `said` becomes the metadata; `token` gives the page's CSRF token; `memory` keeps addresses, as localStorage does. */
  constructor(file, { endpoint, said, token, key, memory }) {
    super()
    Object.assign(this, { file, endpoint, said, token, key, memory })
    this.address = memory.getItem(key)
  }

  get left() {
    return secondsLeft(this.#marks, this.file.size)
  }

  start() {
    this.state = "sending"
    this.#failures = 0
    this.#next()
    this.#tell("progress")
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
    this.#discard()
  }

  /** The line is back: no need to wait for the end of the pause. */
  retry() {
    if (this.state === "sending" && this.retryIn) this.#next()
  }

  async #next() {
    this.#stop()
    const run = ++this.#run
    const goesOn = () => run === this.#run && this.state === "sending"
    this.#marks = []
    this.retryIn = 0
    try {
      if (this.address) await this.#ask()
      else await this.#create()
      if (this.state === "removed") this.#discard()
      while (goesOn() && this.done < this.file.size) await this.#send()
      if (goesOn()) this.#finish()
    } catch (trouble) {
      if (goesOn()) this.#meet(trouble)
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
      if (!isGone(trouble)) throw trouble
      this.#forget()
      await this.#create()
    }
  }

  /** By XMLHttpRequest, because fetch does not tell how far a body has gone. */
  async #send() {
    const from = this.done
    const piece = this.file.slice(from, from + PIECE_BYTES)
    // A file that was moved or changed cannot be read any more; the request alone would only say that it failed.
    await piece.slice(0, 1).arrayBuffer().catch(() => {
      throw { status: -1, code: "changed", words: "" }
    })
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

  #meet(trouble) {
    if (trouble.status === 401 || trouble.status === 403) {
      this.state = "signed-out"
      return this.#tell("progress")
    }
    if (isGone(trouble)) this.#forget()
    else if (!isPassing(trouble.status)) {
      this.state = "refused"
      this.refusal = trouble
      this.#forget()
      return this.#tell("refused")
    }
    this.retryIn = PAUSES_SECONDS[Math.min(this.#failures++, PAUSES_SECONDS.length - 1)]
    this.#timer = setTimeout(() => this.#next(), this.retryIn * 1000)
    this.#tell("lost")
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

  #forget() {
    this.memory.removeItem(this.key)
    this.address = null
  }

  /** What the line may lose, the server forgets by itself in a few days. */
  async #discard() {
    const address = this.address
    this.#forget()
    for (const pause of address ? PAUSES_SECONDS : []) {
      const answer = await fetch(address, { method: "DELETE", headers: this.#headers() }).catch(() => null)
      if (answer && !isPassing(answer.status)) return
      await new Promise((resolve) => setTimeout(resolve, pause * 1000))
    }
  }

  #stop() {
    clearTimeout(this.#timer)
    this.#request?.abort()
    this.#request = null
  }

  #tell(what) {
    this.dispatchEvent(new Event(what))
  }
}

function isGone(trouble) {
  return trouble.status === 404 || trouble.status === 410
}

/** What the server said, if it was ours that answered and not a proxy on the way. */
function refusal(status, body) {
  try {
    const { code, detail } = JSON.parse(body)
    return { status, code: String(code ?? ""), words: String(detail ?? "") }
  } catch {
    return { status, code: "", words: "" }
  }
}
