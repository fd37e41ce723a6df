/**
 * Moving between pages while the player stays. htmx fetches the next page and changes the body;
 * this adds what a whole new page would have brought by itself.
 */

/** A new page begins at its content: the reader's place must not stay on a link that is gone. */
function begin(event) {
  if (!isWholePage(event.detail.ctx)) return
  document.documentElement.lang = document.body.lang // whoever signed in may speak another language
  if (document.activeElement && document.activeElement !== document.body) return
  document.getElementById("main")?.focus({ preventScroll: true })
}

/** What is not a page of ours (plain text, a file) is shown by the browser itself, not poured into the body. */
function keepOut(event) {
  const ctx = event.detail.ctx
  if (!isWholePage(ctx)) return
  const isPage = ctx.response.headers.get("content-type")?.startsWith("text/html") && /<body[\s>]/i.test(ctx.text ?? "<body>")
  if (isPage) return
  event.preventDefault()
  if (ctx.request.method === "GET") location.assign(ctx.response.raw.url)
  else location.reload()
}

/** No answer at all. Say so; the page that is here stays. */
function adrift(event) {
  if (!isWholePage(event.detail.ctx) || event.detail.ctx.response) return
  const words = document.getElementById("adrift")
  if (words) words.hidden = false
}

function isWholePage(ctx) {
  return ctx?.target === document.body || ctx?.target === "body"
}

document.addEventListener("htmx:after:swap", begin)
document.addEventListener("htmx:before:swap", keepOut)
document.addEventListener("htmx:error", adrift)
document.addEventListener("click", (event) => {
  const words = event.target.closest?.("#adrift")
  if (words && event.target.closest("button")) words.hidden = true
})
