/**
 * Lets a date and time be read and written by the reader's own clock: shows the moment of `data-at` (UTC) as it is
 * where they are, and sends the name of their time zone along. Without JavaScript the server's clock counts.
 */
class LocalMoment extends HTMLElement {
  connectedCallback() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const when = this.querySelector("input[type=datetime-local]")
    const place = this.querySelector("input[type=hidden]")
    if (!zone || !when || !place) return
    place.value = zone
    if (this.dataset.at) {
      const at = new Date(this.dataset.at)
      // datetime-local wants the digits of the place, without a zone
      when.value = new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
    }
    for (const words of this.querySelectorAll("[data-clock]")) words.hidden = words.dataset.clock !== "own"
  }
}

customElements.define("local-moment", LocalMoment)
