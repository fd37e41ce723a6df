/**
 * Holds the theme a reader chose; without a choice the page follows the device.
 * Runs before the page is drawn, so that nobody sees a flash of the other theme: hence no module.
 */
(() => {
  const root = document.documentElement
  const device = matchMedia("(prefers-color-scheme: dark)")
  const inForce = () => root.dataset.theme ?? (device.matches ? "dark" : "light")

  function wear(theme) {
    if (theme === "dark" || theme === "light") root.dataset.theme = theme
    else delete root.dataset.theme
    colourFrame()
  }

  /** The browser's own frame takes the colour of the paper. */
  function colourFrame() {
    const colours = document.querySelectorAll("meta[name=theme-color]")
    colours.forEach((meta) => {
      meta.dataset.own ??= meta.content
      const own = meta.media.includes("dark") ? "dark" : "light"
      const wanted = [...colours].find((other) => other.media.includes(root.dataset.theme ?? own))
      meta.content = wanted?.dataset.own ?? wanted?.content ?? meta.content
    })
  }

  let kept = null
  try {
    kept = localStorage.getItem("tenuto.theme")
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
  wear(kept)
  document.addEventListener("DOMContentLoaded", colourFrame)
  document.addEventListener("htmx:after:swap", colourFrame)
  addEventListener("storage", (event) => event.key === "tenuto.theme" && wear(event.newValue))

  class ThemeSwitch extends HTMLElement {
    connectedCallback() {
      this.addEventListener("click", this.#turn)
    }

    disconnectedCallback() {
      this.removeEventListener("click", this.#turn)
    }

    #turn = () => {
      const wanted = inForce() === "dark" ? "light" : "dark"
      // Whoever comes back to what the device says follows the device again.
      const followsDevice = wanted === (device.matches ? "dark" : "light")
      wear(followsDevice ? null : wanted)
      try {
        if (followsDevice) localStorage.removeItem("tenuto.theme")
        else localStorage.setItem("tenuto.theme", wanted)
      } catch {
        // as above
      }
    }
  }

  customElements.define("theme-switch", ThemeSwitch)
})()
