/** Everything that improves every page. Without any of it the pages still work. */
import "./menu-box.js"
import "./moves.js"
import "./play-all.js"
import "./player-keys.js"
import "./queue-list.js"
import "./search-box.js"
import "./share-link.js"
import "./sound-bar.js"
import "./track-item.js"
import "./wave-form.js"
import { reflect } from "./media-session.js"
import { player } from "./now.js"

reflect(player)
// An address that every page has, so it stands here. Where a browser has no workers, or no secure line, nothing is lost.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {})
for (const button of document.querySelectorAll("[data-player-help]")) button.hidden = false
document.addEventListener("htmx:after:swap", () => {
  for (const button of document.querySelectorAll("[data-player-help]")) button.hidden = false
})
