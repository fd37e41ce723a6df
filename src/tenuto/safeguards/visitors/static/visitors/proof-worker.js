/** Looks for the number whose SHA-256 with the challenge begins with so many zero bits; tells how many were tried. */

const AT_A_TIME = 512

addEventListener("message", async ({ data: { challenge, bits } }) => {
  const encoder = new TextEncoder()
  const fits = async (answer) => {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}.${answer}`))
    return new DataView(digest).getUint32(0) >>> (32 - bits) === 0
  }
  for (let first = 0; ; first += AT_A_TIME) {
    const found = await Promise.all(Array.from({ length: AT_A_TIME }, (_, index) => fits(first + index)))
    const index = found.indexOf(true)
    if (index >= 0) return postMessage({ tried: first + index + 1, answer: String(first + index) })
    postMessage({ tried: first + AT_A_TIME })
  }
})
