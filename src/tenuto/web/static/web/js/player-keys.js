/** The keyboard steers the player from anywhere on a page, unless one writes, or has switched the keys off. */
import { action, placeOf } from "./keys.js"
import * as memory from "./memory.js"
import { player } from "./now.js"

const OFF = "tenuto.keys-off"

function press(event) {
  const [name, amount] = action(event, placeOf(document.activeElement)) ?? []
  if (!name || (memory.get(OFF) && name !== "help") || document.querySelector("dialog[open]")) return
  const help = document.getElementById("player-help")
  const acts = {
    toggle: () => player.item && player.toggle(),
    skip: () => player.skip(amount),
    share: () => player.seek(amount * player.seconds),
    next: () => player.next(),
    back: () => player.back(),
    mute: () => player.setVolume(player.volume || 0.5, !player.muted),
    queue: () => player.item && document.getElementById("player")?.toggleQueue(),
    help: () => openHelp(help),
  }
  // Space would scroll the page: it does so still where there is nothing to play.
  if (name === "toggle" && !player.item) return
  event.preventDefault()
  acts[name]()
}

function openHelp(help) {
  if (!help) return
  help.querySelector("input").checked = !memory.get(OFF)
  help.showModal()
}

document.addEventListener("keydown", press)
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-player-help]")) openHelp(document.getElementById("player-help"))
})
document.addEventListener("change", (event) => {
  if (event.target.matches?.("#player-help input")) memory.set(OFF, !event.target.checked)
})
