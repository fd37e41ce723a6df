// <log-head>: checks the head of the log that the page shows, and holds it to the one seen at the last visit.
import * as memory from "../web/js/memory.js"
import { Refused } from "./bytes.js"
import { SeenLog } from "./log.js"
import { Unable } from "./notes.js"
import { seenWords } from "./seen-words.js"

class LogHead extends HTMLElement {
  async connectedCallback() {
    const [waiting] = this.querySelectorAll("template")
    this.querySelector(".checked__said")?.replaceWith(waiting.content.cloneNode(true))
    try {
      const log = await SeenLog.open(this.dataset.prefix, this.dataset.policy, memory)
      if (log.head.origin !== this.dataset.origin) throw new Refused(`this is the head of ${log.head.origin}`)
      const before = await log.recall()
      const past = before ? this.dataset.saysGrown : this.dataset.saysFirst
      this.say("holds", [this.dataset.saysHolds, ...seenWords(log.seen, this.dataset), past].join(" "))
    } catch (error) {
      if (error instanceof Unable) this.say("unable", `${this.dataset.saysUnable} ${error.message}`)
      else if (error instanceof Refused) this.say("fails", `${this.dataset.saysFails} ${error.message}`)
      else {
        this.say("unable", `${this.dataset.saysUnable} ${error.message}`)
        throw error
      }
    }
  }

  say(how, words) {
    const said = this.querySelector(".checked__said")
    const mark = this.querySelector(`template[data-mark="${how}"]`)
    const line = document.createElement("span")
    line.textContent = words
    said.replaceChildren(...(mark ? [mark.content.cloneNode(true)] : []), line)
    this.classList.toggle("checked--fails", how === "fails")
  }
}

if (!customElements.get("log-head")) customElements.define("log-head", LogHead)
