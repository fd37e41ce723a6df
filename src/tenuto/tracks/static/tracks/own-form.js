/**
 * Gives the controls inside it back to the form they stand in, which is then sent by itself and answered in place.
 * Without it they belong to one form for the whole page (their `form` attribute), so that a page which comes anew
 * after one part was saved still has what was changed in the others.
 */
class OwnForm extends HTMLElement {
  connectedCallback() {
    for (const control of this.querySelectorAll("[form]")) {
      control.removeAttribute("form")
      control.removeAttribute("formaction")
    }
  }
}

customElements.define("own-form", OwnForm)
