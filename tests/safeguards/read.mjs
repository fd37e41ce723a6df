// What npm's structured-headers and robots-parser read. JSON in, JSON out; the first argument is node_modules.
import { createRequire } from "node:module"
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"

const require = createRequire(pathToFileURL(`${process.argv[2]}/`))
const { parseDictionary, Token } = require("structured-headers")
const robotsParser = require("robots-parser")

const asked = JSON.parse(readFileSync(0, "utf8"))

const usages = asked.usages.map((header) => {
  const read = parseDictionary(header)
  return Object.fromEntries([...read].map(([key, [value]]) => [key, value instanceof Token ? value.toString() : null]))
})

const robots = robotsParser(`${asked.site}/robots.txt`, asked.robots)
const fetches = asked.fetches.map(([crawler, place]) => robots.isAllowed(asked.site + place, crawler))

process.stdout.write(JSON.stringify({ usages, fetches }))
