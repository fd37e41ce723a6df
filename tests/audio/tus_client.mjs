// Uploads a file with tus-js-client: node tus_client.mjs ADDRESS TOKEN FILE [CUT_AFTER_BYTES]
// With CUT_AFTER_BYTES it gives up there, then goes on with a second upload object, as a browser does that was closed.
import { createReadStream, statSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, join } from "node:path"

const tus = createRequire(join(process.env.TENUTO_NODE_MODULES, "x.js"))("tus-js-client")
const [, , endpoint, token, path, cut] = process.argv

function send(uploadUrl, cutAfter) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(createReadStream(path), {
      endpoint,
      uploadUrl,
      uploadSize: statSync(path).size,
      chunkSize: 1_000_000,
      retryDelays: [0, 200, 500, 1000],
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: basename(path), audience: "public" },
      onError: reject,
      onSuccess: () => resolve(upload.url),
      onProgress: (sent) => {
        if (cutAfter && sent >= cutAfter) upload.abort().then(() => resolve(upload.url), reject)
      },
    })
    upload.start()
  })
}

if (cut) {
  const url = await send(null, Number(cut))
  console.log(await resumed(url))
} else console.log(await send(null))

// A stream cannot be read from its middle, so what is left of it is read from the disk.
async function resumed(url) {
  const headers = { Authorization: `Bearer ${token}`, "Tus-Resumable": "1.0.0" }
  const offset = Number((await fetch(url, { method: "HEAD", headers })).headers.get("Upload-Offset"))
  if (!offset) throw new Error("nothing was kept")
  return send(url)
}
