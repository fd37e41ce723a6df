/**
 * Asks the device for a passkey before its form is sent, and puts the answer into the field "credential".
 * data-task: "create", "prove" (who is known already) or "sign-in" (who is not; the options come from data-options).
 * A button with data-plain sends the form as it is, for whoever proves themselves otherwise.
 */
class PasskeyForm extends HTMLElement {
  connectedCallback() {
    // While it goes down, so that nothing else sends the form before the device has answered.
    this.addEventListener("submit", this.#ask, { capture: true })
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#ask, { capture: true })
  }

  #ask = async (event) => {
    if (event.submitter && "plain" in event.submitter.dataset) return
    event.preventDefault()
    event.stopPropagation()
    const form = event.target
    this.#say("")
    if (!window.PublicKeyCredential) {
      this.#say("unknown")
      return
    }
    try {
      form.elements.credential.value = JSON.stringify(await this.#credential(form))
    } catch (refusal) {
      this.#say(refusal instanceof DOMException || refusal instanceof TypeError ? "failed" : "unknown")
      return
    }
    // Not requestSubmit: that would come back here.
    form.submit()
  }

  async #credential(form) {
    if (this.dataset.task === "create") {
      const { publicKey } = this.#given().creation_options
      const alone = form.elements.passwordless?.checked ?? true
      publicKey.authenticatorSelection = {
        ...publicKey.authenticatorSelection,
        requireResidentKey: alone,
        residentKey: alone ? "required" : "discouraged",
        userVerification: alone ? "required" : "preferred",
      }
      return plain(await navigator.credentials.create({ publicKey: forCreation(publicKey) }))
    }
    const options = this.dataset.task === "sign-in" ? await this.#fetched() : this.#given()
    return plain(await navigator.credentials.get({ publicKey: forProof(options.request_options.publicKey) }))
  }

  #given() {
    return JSON.parse(this.querySelector('script[type="application/json"]').textContent)
  }

  async #fetched() {
    const answer = await fetch(this.dataset.options, {
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    })
    if (!answer.ok) throw new TypeError(`${answer.status} from ${this.dataset.options}`)
    return answer.json()
  }

  #say(state) {
    for (const words of this.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state
  }
}

// WebAuthn Level 3 has parseCreationOptionsFromJSON and toJSON; Safari before 18.4 has not, so these few lines stay.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0))

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "")

const known = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }))

const forCreation = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  user: { ...options.user, id: bytes(options.user.id) },
  excludeCredentials: known(options.excludeCredentials),
})

const forProof = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: known(options.allowCredentials),
})

function plain(credential) {
  const { response } = credential
  const parts = response.attestationObject
    ? { attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [] }
    : {
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(response.clientDataJSON), ...parts },
  }
}

customElements.define("passkey-form", PasskeyForm)
