// Checks proofs of a Tenuto log with @sigstore/verify's own checkpoint and tree code, found in TENUTO_NODE_MODULES.
// Reads one case a line and answers 1 (holds) or 0 (does not) for each. The modules are internal to it: pin it.
import { createPublicKey } from "node:crypto"
import { createRequire } from "node:module"
import { join } from "node:path"
import { createInterface } from "node:readline"

const require = createRequire(join(process.env.TENUTO_NODE_MODULES, "x.js"))
const place = join(process.env.TENUTO_NODE_MODULES, "@sigstore/verify/dist")
const { verifyCheckpoint } = require(join(place, "tlog/checkpoint.js"))
const { verifyMerkleInclusion } = require(join(place, "tlog/merkle.js"))
const { VerificationError } = require(join(place, "error.js"))

const [, name, id, material] = process.argv[2].match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/)
const raw = Buffer.from(material, "base64").subarray(1)
// Ed25519's fixed head of a SubjectPublicKeyInfo (RFC 8410).
const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw])
const log = {
  logID: Buffer.from(id, "hex"),
  baseURL: name,
  publicKey: createPublicKey({ key: der, format: "der", type: "spki" }),
}

function holds(line) {
  const asked = JSON.parse(line)
  const text = Buffer.from(asked.proof, "base64").toString()
  const split = text.indexOf("\n\n")
  const [, index, ...hashes] = text.slice(0, split).split("\n")
  const entry = {
    canonicalizedBody: Buffer.from(asked.entry, "base64"),
    inclusionProof: {
      logIndex: index.slice("index ".length),
      hashes: hashes.map((hash) => Buffer.from(hash, "base64")),
      checkpoint: { envelope: text.slice(split + 2) },
    },
  }
  try {
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]))
    return true
  } catch (error) {
    if (error instanceof VerificationError) return false
    throw error
  }
}

let answers = ""
for await (const line of createInterface({ input: process.stdin })) answers += holds(line) ? "1" : "0"
process.stdout.write(answers)
