/**
 * Rows of links that can be moved, emptied and added. Without JavaScript the numbers say the order, an emptied row is
 * dropped, and saving gives two more rows.
 */
class LinkRows extends HTMLElement {
  connectedCallback() {
    for (const part of this.querySelectorAll("[data-scripted]")) part.hidden = false
    for (const part of this.querySelectorAll("[data-plain]")) part.hidden = true
    this.addEventListener("click", this.#press)
    this.#number()
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#press)
  }

  #press = (event) => {
    const button = event.target.closest("button[data-do]")
    if (!button) return
    const row = button.closest("li")
    switch (button.dataset.do) {
      case "up":
        row.previousElementSibling?.before(row)
        break
      case "down":
        row.nextElementSibling?.after(row)
        break
      case "drop":
        for (const field of row.querySelectorAll("input:not([type=number])")) field.value = ""
        row.parentElement.append(row)
        break
      case "add":
        this.#add()
        break
    }
    this.#number()
    if (button.isConnected && button.dataset.do !== "drop") button.focus()
  }

  #add() {
    const total = this.querySelector("input[name$=TOTAL_FORMS]")
    if (Number(total.value) >= Number(this.dataset.max)) return
    const fresh = this.querySelector("template").content.cloneNode(true)
    for (const part of fresh.querySelectorAll("[id], [name], [for]")) {
      for (const name of ["id", "name", "for"]) {
        const value = part.getAttribute(name)
        if (value) part.setAttribute(name, value.replace("__prefix__", total.value))
      }
    }
    for (const part of fresh.querySelectorAll("[data-scripted]")) part.hidden = false
    for (const part of fresh.querySelectorAll("[data-plain]")) part.hidden = true
    this.querySelector("ol").append(fresh)
    total.value = String(Number(total.value) + 1)
    this.querySelector("ol > li:last-child input").focus()
  }

  #number() {
    this.querySelectorAll("ol > li").forEach((row, place) => {
      row.querySelector("input[type=number]").value = String(place + 1)
    })
    this.querySelector("[data-do=add]").disabled =
      Number(this.querySelector("input[name$=TOTAL_FORMS]").value) >= Number(this.dataset.max)
  }
}

customElements.define("link-rows", LinkRows)
