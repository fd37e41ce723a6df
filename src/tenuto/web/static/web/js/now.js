/** The one player of this visit. */
import { KeptQueue } from "./kept-queue.js"
import { Player } from "./player.js"

const bar = document.getElementById("player")

export const player = new Player(bar?.dataset.listens ?? "/listens", document.body.dataset.account ?? "")

const kept = new KeptQueue(player, bar?.dataset.queue ?? "/api/v1/me/queue")
kept.belongTo(document.body.dataset.account ?? "")

// A page that comes by htmx may belong to somebody else than the one before: signed in, or signed out.
document.addEventListener("htmx:after:swap", () => {
  player.belongTo(document.body.dataset.account ?? "")
  kept.belongTo(document.body.dataset.account ?? "")
})
