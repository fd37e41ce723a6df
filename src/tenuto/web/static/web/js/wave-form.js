/**
 * Draws a recording's waveform behind the slider it wraps; without it the slider still works.
 * data-peaks, here or on a track-item around it: the recording's sketch. data-pitch: pixels from stroke to stroke. data-drawn: how much is known, 0 to 1.
 * `played` (0 to 1) is what stands in pencil.
 */
import { read, resample, scale, strokes } from "./peaks.js"

const SVG = "http://www.w3.org/2000/svg"

export class WaveForm extends HTMLElement {
  static observedAttributes = ["data-peaks", "data-drawn"]
  #sizes = new ResizeObserver(() => this.#draw())
  #drawn = ""

  connectedCallback() {
    this.#sizes.observe(this)
    this.addEventListener("input", this.#follow)
    this.#follow()
  }

  disconnectedCallback() {
    this.#sizes.disconnect()
    this.removeEventListener("input", this.#follow)
  }

  // A move within the page, as of the bar when the page changes, needs no new drawing.
  connectedMoveCallback() {}

  attributeChangedCallback() {
    if (this.isConnected) this.#draw()
  }

  set played(share) {
    this.style.setProperty("--played", `${(Math.min(1, Math.max(0, share || 0)) * 100).toFixed(3)}%`)
  }

  #follow = () => {
    const slider = this.querySelector("input")
    if (slider) this.played = slider.value / (slider.max || 1)
  }

  #draw() {
    const { width, height } = this.getBoundingClientRect()
    const pitch = Number(this.dataset.pitch ?? 3)
    const count = Math.floor(width / pitch)
    if (count < 4 || height < 8) return
    const peaks = this.dataset.peaks ?? this.closest("track-item")?.dataset.peaks
    const key = [count, height, this.dataset.drawn, peaks].join(" ")
    if (key === this.#drawn) return
    this.#drawn = key

    const points = scale(resample(read(peaks), count))
    const known = points.slice(0, Math.ceil(count * Number(this.dataset.drawn ?? 1)))
    const picture = (name) => {
      const svg = document.createElementNS(SVG, "svg")
      svg.setAttribute("class", name)
      svg.setAttribute("aria-hidden", "true")
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
      svg.setAttribute("preserveAspectRatio", "none")
      for (const layer of ["peak", "body"]) {
        const path = document.createElementNS(SVG, "path")
        path.setAttribute("class", layer === "peak" ? "wave__peaks" : "wave__body")
        path.setAttribute("d", strokes(known, pitch, height, layer))
        svg.append(path)
      }
      return svg
    }
    this.querySelectorAll("svg").forEach((old) => old.remove())
    this.prepend(picture("wave__all"), picture("wave__played"))
  }
}

customElements.define("wave-form", WaveForm)
