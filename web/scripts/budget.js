// The budgets of the client in gzip bytes: fails above them. Run after `npm run build`.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../dist')
const names = readdirSync(join(dist, 'assets'))
const read = (name) => readFileSync(join(dist, 'assets', name), 'utf8')
const size = (name) => gzipSync(read(name)).length
const sum = (files) => [...files].reduce((total, name) => total + size(name), 0)

/** A chunk and all that it imports statically: what must be there before its first line runs. */
function closure(entry, found = new Set()) {
  if (found.has(entry)) return found
  found.add(entry)
  for (const [, name] of read(entry).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) closure(name, found)
  return found
}

const entry = /assets\/([^"]+\.js)/.exec(readFileSync(join(dist, 'index.html'), 'utf8'))[1]
const shell = names.find((name) => /^Shell-.*\.js$/.test(name))
const first = closure(entry)
const chat = closure(shell, closure(entry))
const later = names.filter((name) => name.endsWith('.js') && !chat.has(name))

const BUDGETS = [
  ['JavaScript before the first screen', sum(first), 110_000],
  ['JavaScript of an open chat, all told', sum(chat), 170_000],
  ['the largest chunk that is fetched later', Math.max(...later.map(size)), 60_000],
  ['style sheets', sum(names.filter((name) => name.endsWith('.css'))), 12_000],
]
for (const [what, bytes, limit] of BUDGETS) {
  process.stdout.write(`${bytes > limit ? 'OVER' : 'ok  '} ${what}: ${bytes} of ${limit} bytes\n`)
}
process.exit(BUDGETS.some(([, bytes, limit]) => bytes > limit) ? 1 : 0)
