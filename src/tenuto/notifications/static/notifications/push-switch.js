/** Has this browser pushed to. Its words stand in the page; where a browser cannot, it says so. */
class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.hidden = false
    this.#button = this.querySelector("button")
    this.#button.addEventListener("click", this.#subscribe)
    const able = "serviceWorker" in navigator && "PushManager" in window
    this.#button.hidden = !able
    if (!able) this.#say("unable")
  }

  disconnectedCallback() {
    this.#button.removeEventListener("click", this.#subscribe)
  }

  #button

  #subscribe = async () => {
    this.#button.disabled = true
    try {
      if ((await Notification.requestPermission()) !== "granted") return this.#say("refused")
      const { worker, scope, key, devices } = this.dataset
      await navigator.serviceWorker.register(worker, { scope })
      const registration = await this.#active(scope)
      const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
      const answer = await fetch(devices, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
        body: JSON.stringify(subscription),
      })
      if (!answer.ok) return this.#say("failed")
      location.reload()
    } catch {
      this.#say("failed")
    } finally {
      this.#button.disabled = false
    }
  }

  /** The registration once its worker runs: `ready` waits for one that speaks for this page, and ours need not. */
  async #active(scope) {
    const registration = await navigator.serviceWorker.getRegistration(scope)
    const worker = registration.installing ?? registration.waiting
    if (worker) {
      await new Promise((done) => {
        const look = () => worker.state === "activated" && done()
        worker.addEventListener("statechange", look)
        look()
      })
    }
    return registration
  }

  #say(what) {
    for (const words of this.querySelectorAll("[data-said]")) words.hidden = words.dataset.said !== what
  }
}

customElements.define("push-switch", PushSwitch)
