/**
 * The player: one for all pages of a visit. It knows the queue, the sound and the server, and nothing of the page;
 * what shows it listens for "change" (what plays, and how) and "time" (where it is).
 *
 * status: "empty", "paused", "loading", "playing"
 * trouble: null, or "offline", "gone", "preparing", "enough", "unplayable", "blocked"; the page has words for each
 */

import { Hearing } from "./hearing.js"
import * as listens from "./listens.js"
import * as memory from "./memory.js"
import * as queues from "./queue.js"
import { Sound } from "./sound.js"

const QUEUE = "tenuto.queue"
const VOLUME = "tenuto.volume"
const PREPARE_SECONDS = 20
const AGAIN_WITHIN_MS = 20_000
const PATIENCE_MS = [1000, 2000, 5000, 10_000, 30_000]

export class Player extends EventTarget {
  queue = queues.EMPTY
  status = "empty"
  trouble = null
  volume = 1
  muted = false

  #sound = new Sound()
  #address
  #account = ""
  #hearing = null
  #position = 0
  #turn = 0
  #preparing = null
  #lastFailure = 0
  #waits = 0
  #retry = null
  #lastKept = 0
  #tabs = "BroadcastChannel" in window ? new BroadcastChannel("tenuto.player") : null

  constructor(address, account) {
    super()
    this.#address = address
    this.#account = account
    this.#listen()
    const kept = memory.get(VOLUME)
    this.setVolume(kept?.volume ?? 1, Boolean(kept?.muted))
    this.#adopt(memory.get(QUEUE))
    this.belongTo(account)
  }

  // ——— what there is ———

  get item() {
    return queues.current(this.queue)
  }

  get position() {
    return this.#position
  }

  get seconds() {
    return this.#sound.now.data ? this.#sound.now.seconds : (this.item?.seconds ?? 0)
  }

  get isPlaying() {
    return this.status === "playing" || this.status === "loading"
  }

  // ——— what one can do ———

  playList(list, index, from = null) {
    this.#sound.wake()
    this.#leave()
    this.queue = queues.playList(this.queue, list, index)
    this.#keepQueue()
    this.#begin(from ?? memory.positionOf(this.item.key))
  }

  playAt(index) {
    if (!this.queue.items[index]) return
    this.#sound.wake()
    this.#leave()
    this.queue = { ...this.queue, at: index }
    this.#keepQueue()
    this.#begin(0)
  }

  toggle() {
    if (this.isPlaying) this.pause()
    else this.resume()
  }

  resume() {
    if (!this.item) return
    this.#sound.wake()
    if (this.#sound.now.data?.key === this.item.key && this.trouble === null) this.#sounding()
    else this.#begin(this.#position)
  }

  pause() {
    clearTimeout(this.#retry)
    if (this.status === "loading") this.#turn += 1
    this.#sound.now.pause()
    this.#set("paused", this.trouble === "offline" ? null : this.trouble)
    this.#keepPosition()
    this.#tell()
  }

  next() {
    this.#go(1)
  }

  /** To the beginning; from the beginning, to the track before. */
  back() {
    if (this.#position > 3 || this.queue.at <= 0) this.seek(0)
    else this.#go(-1)
  }

  seek(seconds) {
    if (!this.item) return
    const wanted = Math.min(Math.max(0, seconds), Math.max(0, this.seconds - 0.25))
    this.#hearing?.leap()
    this.#position = wanted
    if (this.#sound.now.data?.key === this.item.key) this.#sound.now.position = wanted
    this.#keepPosition()
    this.#announce("time")
    this.#announce("seek")
  }

  skip(by) {
    this.seek(this.#position + by)
  }

  setVolume(volume, muted = false) {
    this.volume = Math.min(1, Math.max(0, volume))
    this.muted = muted
    this.#sound.volume = muted ? 0 : this.volume
    memory.set(VOLUME, { volume: this.volume, muted: this.muted })
    this.#announce("change")
  }

  addNext(item) {
    this.#change(queues.addNext(this.queue, item))
  }

  addLast(item) {
    this.#change(queues.addLast(this.queue, item))
  }

  move(from, to) {
    this.#change(queues.move(this.queue, from, to))
  }

  remove(index) {
    const isCurrent = index === this.queue.at
    const goesOn = this.isPlaying
    if (isCurrent) this.#leave()
    this.#change(queues.remove(this.queue, index))
    if (isCurrent) this.#settle(goesOn)
  }

  clear() {
    this.#change(queues.clear(this.queue))
  }

  /** Go on with a queue that was kept elsewhere, without a sound until somebody presses play. */
  goOnWith(queue, position) {
    if (this.isPlaying) return
    this.#leave()
    const item = queues.current(queue)
    if (item) memory.keepPosition(item.key, position, item.seconds)
    this.#adopt(queue)
    this.#position = item ? memory.positionOf(item.key) : 0
    this.#keepQueue()
    this.#announce("time")
  }

  /** Somebody signed in or out: what was not for everybody stays with the account that heard it. */
  belongTo(account) {
    const kept = memory.get("tenuto.account") ?? ""
    this.#account = account
    if (kept === account) return
    memory.set("tenuto.account", account)
    // Coming from nobody, one brings only what everybody may hear: nothing is to be taken away.
    if (kept === "") return
    memory.forgetPositions()
    const before = this.item
    const queue = queues.keepOnly(this.queue, (item) => item.open)
    if (before && !before.open) this.#leave()
    this.#change(queue)
    if (before && !before.open) this.#settle(false)
  }

  // ——— how it is done ———

  #listen() {
    const on = (name, act) => this.#sound.addEventListener(name, act)
    on("timeupdate", () => this.#moved())
    on("seeked", () => this.#moved())
    on("durationchange", () => this.#announce("time"))
    on("playing", () => this.#set("playing", null))
    on("waiting", () => this.isPlaying && this.#set("loading", this.trouble))
    on("pause", () => this.#stopped())
    on("ended", () => this.#ended())
    on("error", () => this.#failed())
    addEventListener("pagehide", () => this.#goodbye())
    document.addEventListener("visibilitychange", () => document.hidden && this.#goodbye())
    addEventListener("online", () => this.trouble === "offline" && this.isPlaying && this.#begin(this.#position))
    addEventListener("storage", (event) => event.key === QUEUE && this.#adopt(memory.get(QUEUE)))
    if (this.#tabs) this.#tabs.onmessage = () => this.isPlaying && this.pause()
  }

  /** Ask where the sound of the current item is, and play it from `position` on. */
  async #begin(position, again = null) {
    clearTimeout(this.#retry)
    const turn = ++this.#turn
    const item = this.item
    this.#position = position
    this.#hearing?.leap()
    this.#set("loading", null)
    this.#announce("time")
    this.#tabs?.postMessage("playing")
    try {
      const ready = this.#sound.prepared
      if (!again && ready?.key === item.key) {
        this.#sound.turn()
      } else {
        const data = await listens.begin(this.#address, item.key, item.source ?? "page", again)
        if (turn !== this.#turn) return
        this.#sound.now.load(data)
      }
    } catch (error) {
      if (turn !== this.#turn) return
      // A listen can be taken up again for a day; after that it is a new one.
      if (again && error.status === 404) this.#begin(position)
      else this.#refused(error)
      return
    }
    if (!again) this.#hearing = new Hearing(this.#sound.now.data.seconds)
    this.#waits = 0
    if (position > 0) this.#sound.now.position = position
    this.#sounding()
  }

  async #sounding() {
    const turn = this.#turn
    this.#set("loading", null)
    this.#tabs?.postMessage("playing")
    try {
      await this.#sound.now.play()
    } catch (error) {
      // Another track came in between, or the file failed, which has its own event.
      if (turn !== this.#turn || error.name !== "NotAllowedError") return
      this.#set("paused", "blocked")
    }
  }

  #refused(error) {
    if (error instanceof listens.Unreachable) this.#wait()
    else if (error instanceof listens.Later) this.#later(error.seconds)
    else if (error.status === 404) this.#set("paused", "gone")
    else if (error.status === 409) this.#set("paused", "preparing")
    else this.#set("paused", "unplayable")
  }

  /** The network is gone: try again by ourselves, ever more patiently. */
  #wait() {
    this.#set("loading", "offline")
    const patience = PATIENCE_MS[Math.min(this.#waits++, PATIENCE_MS.length - 1)]
    const data = this.#sound.now.data
    const again = data && data.key === this.item?.key ? data.listen : null
    this.#retry = setTimeout(() => this.#begin(this.#position, again), patience)
  }

  /** More was taken than may be for now. A moment is waited for in silence; a day is not. */
  #later(seconds) {
    if (seconds > listens.LONGEST_WAIT_SECONDS) return this.#set("paused", "enough")
    this.#set("loading", null)
    const data = this.#sound.now.data
    const again = data && data.key === this.item?.key ? data.listen : null
    this.#retry = setTimeout(() => this.#begin(this.#position, again), seconds * 1000)
  }

  /** The sound broke off. Its address may have ended, so ask for another one and go on where it was. */
  async #failed() {
    const data = this.#sound.now.data
    if (!data || data.key !== this.item?.key || !this.isPlaying) return
    const turn = this.#turn
    const source = this.#sound.now.source
    const seconds = source && navigator.onLine ? await listens.delay(source) : null
    if (turn !== this.#turn || !this.isPlaying) return
    if (seconds !== null) {
      this.#later(seconds)
      return
    }
    const now = Date.now()
    const twice = now - this.#lastFailure < AGAIN_WITHIN_MS
    this.#lastFailure = now
    if (twice && navigator.onLine) {
      this.#sound.now.unload()
      this.#set("paused", "unplayable")
    } else {
      this.#begin(this.#position, data.listen)
    }
  }

  #moved() {
    const data = this.#sound.now.data
    if (!data || data.key !== this.item?.key) return
    if (this.status === "loading" && this.#sound.now.position === 0 && this.#position > 0) return
    this.#position = this.#sound.now.position
    if (!this.#sound.now.paused) this.#hearing?.at(this.#position)
    if (this.#hearing?.isNews) this.#tell()
    const now = Date.now()
    if (now - this.#lastKept > 5000) this.#keepPosition()
    if (this.seconds - this.#position < PREPARE_SECONDS && this.status === "playing") this.#prepare()
    this.#announce("time")
  }

  /** Somebody else stopped it: the phone, a headset that was pulled out. */
  #stopped() {
    this.#hearing?.leap()
    if (this.status !== "playing" || this.#sound.now.position >= this.seconds - 0.05) return
    this.#set("paused", null)
    this.#keepPosition()
    this.#tell()
  }

  #ended() {
    this.#tell()
    memory.keepPosition(this.item.key, 0, this.seconds)
    if (queues.step(this.queue, 1)) {
      this.#go(1)
    } else {
      this.#position = 0
      this.#sound.now.position = 0
      this.#hearing = null
      this.#sound.now.unload()
      this.#set("paused", null)
      this.#announce("time")
    }
  }

  async #prepare() {
    const item = queues.step(this.queue, 1)?.items[this.queue.at + 1]
    if (!item || this.#preparing === item.key || this.#sound.prepared?.key === item.key || item.key === this.item.key) return
    this.#preparing = item.key
    try {
      const data = await listens.begin(this.#address, item.key, item.source ?? "page")
      if (this.#preparing === item.key) this.#sound.prepare(data)
    } catch {
      // When its turn comes it is asked for again, and then says what is wrong.
    }
  }

  #go(by) {
    const queue = queues.step(this.queue, by)
    if (!queue) return
    this.#sound.wake()
    this.#leave()
    this.queue = queue
    this.#keepQueue()
    this.#begin(0)
  }

  /** Done with the current track, for now. */
  #leave() {
    if (!this.item) return
    this.#keepPosition()
    this.#tell()
    this.#turn += 1
    this.#preparing = null
    this.#hearing = null
    this.#sound.now.unload()
  }

  /** After the current item was taken away. */
  #settle(goesOn) {
    this.#position = 0
    if (this.item && goesOn) this.#begin(0)
    else this.#set(this.item ? "paused" : "empty", null)
    this.#announce("time")
  }

  #change(queue) {
    const wasEmpty = !this.item
    this.queue = queue
    if (this.#sound.prepared && this.#sound.prepared.key !== queue.items[queue.at + 1]?.key) {
      this.#preparing = null
      this.#sound.forgetPrepared()
    }
    this.#keepQueue()
    if (wasEmpty && this.item) this.#set("paused", null)
    else this.#announce("change")
  }

  /** Another tab changed the queue, or an earlier visit left one. */
  #adopt(kept) {
    const queue = queues.read(kept)
    const isSame = queues.current(queue)?.key === this.item?.key
    if (!isSame) {
      if (this.isPlaying) this.pause()
      this.#turn += 1
      this.#hearing = null
      this.#sound.now.unload()
    }
    this.queue = queue
    if (isSame && this.item) return this.#announce("change")
    this.#position = this.item ? memory.positionOf(this.item.key) : 0
    this.status = this.item ? "paused" : "empty"
    this.trouble = null
    this.#announce("change")
    return this.#announce("time")
  }

  #goodbye() {
    this.#keepPosition()
    this.#tell()
  }

  #keepPosition() {
    this.#lastKept = Date.now()
    if (this.item && this.seconds) memory.keepPosition(this.item.key, this.#position, this.seconds)
  }

  #keepQueue() {
    memory.set(QUEUE, this.queue)
  }

  async #tell() {
    const [hearing, data, position] = [this.#hearing, this.#sound.now.data, this.#position]
    if (!hearing?.untold || !data) return
    hearing.told()
    try {
      await listens.report(data.report, position, hearing.seconds)
    } catch {
      // The next report says the same and more.
    }
  }

  #set(status, trouble) {
    if (this.status === status && this.trouble === trouble) return
    this.status = status
    this.trouble = trouble
    this.#announce("change")
  }

  #announce(name) {
    this.dispatchEvent(new Event(name))
  }
}
