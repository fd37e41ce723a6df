/** The player on other people's pages: what one sees and touches of it. It plays by playing.js, and talks by talk.js. */
import { clock, fill, length } from "../web/js/clock.js"
import "../web/js/wave-form.js"
import { Playing } from "./playing.js"
import { Talk } from "./talk.js"

const root = document.documentElement
const main = document.getElementById("player")
const part = (name) => main.querySelector(`[data-part=${name}]`)
const rows = [...main.querySelectorAll("li[data-key]")]
const toggle = main.querySelector("[data-act=toggle]")
const [slider, wave] = [part("position"), part("wave")]

if (root.dataset.pencil) {
  root.style.setProperty("--pencil", root.dataset.pencil)
  root.style.setProperty("--pencil-strong", root.dataset.pencil)
  root.style.setProperty("--on-pencil", root.dataset.onPencil)
}

const playing = new Playing(
  main.dataset.listens,
  rows.map(({ dataset: { key, title, artist, url, seconds } }) => ({ key, title, artist, url, seconds: Number(seconds) })),
)

function show() {
  const { track, isSounding, trouble } = playing
  toggle.setAttribute("aria-pressed", String(isSounding))
  toggle.setAttribute("aria-label", fill(main.dataset.playLabel, track))
  rows.forEach((row, number) => (number === playing.number ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")))
  for (const said of main.querySelectorAll("[data-trouble]")) said.hidden = said.dataset.trouble !== trouble
  if (part("title")) part("title").textContent = track.title
  slider.setAttribute("aria-label", fill(main.dataset.positionLabel, track))
  if (playing.sketch) wave.dataset.peaks = playing.sketch
  place()
}

function place() {
  const { position, seconds } = playing
  slider.max = String(seconds)
  slider.value = String(position)
  slider.setAttribute("aria-valuetext", fill(main.dataset.placeLabel, { at: clock(position), of: length(seconds) }))
  wave.played = seconds ? position / seconds : 0
  part("at").textContent = clock(position)
  part("of").textContent = length(seconds)
}

toggle.addEventListener("click", () => playing.toggle())
slider.addEventListener("input", () => {
  playing.seek(Number(slider.value))
  playing.play()
})
slider.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 }[event.key]
  if (by === undefined) return
  event.preventDefault()
  playing.seek(playing.position + by)
})
rows.forEach((row, number) => row.querySelector("button").addEventListener("click", () => playing.go(number)))
addEventListener("keydown", (event) => {
  if (event.key !== "k" || event.ctrlKey || event.metaKey || event.altKey) return
  playing.toggle()
})

playing.addEventListener("change", show)
playing.addEventListener("time", place)
show()
new Talk(playing, rows.length)
