/**
 * Ties comments to the track they were said along: over the waveform a note stands on a stem at each one's moment and
 * comes up as it passes; moments play from there; the line to write on takes the moment that is heard.
 * data-note-label: how a note is called. Without this the comments are a list, and moments are written by hand.
 */
import { clock, fill } from "../web/js/clock.js"
import { player } from "../web/js/now.js"

const OPEN_SECONDS = 4
const HEIGHTS = 4 // neighbours stand on stems of different height, so that both can be pressed

class CommentMoments extends HTMLElement {
  #leave = null
  #notes = null

  connectedCallback() {
    this.#leave = new AbortController()
    const { signal } = this.#leave
    this.addEventListener("click", this.#seek, { signal })
    this.addEventListener("focusin", this.#take, { signal })
    this.addEventListener("input", this.#write, { signal })
    player.addEventListener("time", this.#pass, { signal })
    this.#hang()
  }

  disconnectedCallback() {
    this.#leave?.abort()
    this.#notes?.remove()
  }

  get #track() {
    return this.closest("track-item")
  }

  get #slider() {
    return this.#track?.querySelector("wave-form input")
  }

  #hang() {
    const stage = this.#track?.querySelector(".stage")
    const seconds = Number(this.#track?.dataset.seconds)
    const comments = [...this.querySelectorAll(".comment[data-at]")].sort((one, other) => one.dataset.at - other.dataset.at)
    if (!stage || !seconds || !comments.length) return
    this.#notes = document.createElement("ul")
    this.#notes.className = "stage__notes"
    this.#notes.append(...comments.map((comment, place) => this.#note(comment, place, seconds)))
    stage.prepend(this.#notes)
    stage.classList.remove("stage--bare")
  }

  #note(comment, place, seconds) {
    const { at, name, words, face } = comment.dataset
    const link = Object.assign(document.createElement("a"), { href: `#${comment.id}` })
    link.setAttribute("aria-label", fill(this.dataset.noteLabel, { name, at: clock(Number(at)) }))
    link.append(Object.assign(document.createElement("img"), { className: "face", src: face, alt: "", width: 28, height: 28 }))
    const said = document.createElement("p")
    said.setAttribute("aria-hidden", "true") // it stands in the list, where the link leads
    said.append(Object.assign(document.createElement("b"), { textContent: name }), ` ${words}`)
    const note = Object.assign(document.createElement("li"), { className: `stem stem--${place % HEIGHTS}` })
    note.dataset.at = at
    note.style.setProperty("--at", `${Math.min(100, (100 * Number(at)) / seconds).toFixed(2)}%`)
    note.append(link, said)
    return note
  }

  #seek = (event) => {
    const link = event.target.closest("a[data-seek]")
    const slider = this.#slider
    if (!link || !slider) return
    event.preventDefault()
    slider.value = link.dataset.seek
    // As if it had been moved by hand: the track answers for what then plays.
    slider.dispatchEvent(new Event("input", { bubbles: true }))
  }

  #take = (event) => {
    const at = event.target.closest("form.say")?.querySelector("[name=at]")
    // What stands in the line was begun at another moment; that one holds, and so does one that was written by hand.
    if (!at || event.target.name !== "words" || event.target.value || "written" in at.dataset || !this.#slider) return
    at.value = clock(Number(this.#slider.value))
  }

  #write = ({ target }) => {
    if (target.name === "at") target.toggleAttribute("data-written", target.value !== "")
  }

  #pass = () => {
    if (!this.#notes || player.item?.key !== this.#track?.dataset.key) return
    let passing = null
    for (const note of this.#notes.children) {
      note.classList.remove("stem--open")
      const since = player.position - Number(note.dataset.at)
      if (since >= 0 && since < OPEN_SECONDS) passing = note
    }
    if (player.isPlaying) passing?.classList.add("stem--open")
  }
}

customElements.define("comment-moments", CommentMoments)
