import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** The server that `npm run dev` talks to. */
const SERVER = process.env.KITH_URL ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [react(), tailwindcss(), emojiData()],
  resolve: { alias: { '~': resolve(import.meta.dirname, 'src') } },
  build: {
    target: 'es2023',
    // Fonts and icons as data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/socket.io': { target: SERVER, ws: true },
    },
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
  },
})

/**
 * `virtual:emoji`: the part of emojibase that pickers need, `[character, group, shortcodes, search words]` in display
 * order. A tenth of the published files, and none of them at run time.
 */
function emojiData(): Plugin {
  const id = 'virtual:emoji'
  interface Entry {
    hexcode: string
    unicode: string
    label: string
    group?: number
    order?: number
    tags?: string[]
  }
  return {
    name: 'kith:emoji',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return
      const require = createRequire(import.meta.url)
      const read = (path: string) => JSON.parse(readFileSync(require.resolve(`emojibase-data/en/${path}`), 'utf8'))
      const entries = read('compact.json') as Entry[]
      const codes = read('shortcodes/emojibase.json') as Record<string, string | string[]>
      const rows = entries
        .filter((entry) => entry.group !== undefined && entry.group !== 2)
        .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
        .map((entry) => [
          entry.unicode,
          entry.group,
          [codes[entry.hexcode] ?? []].flat().join(' '),
          [entry.label, ...(entry.tags ?? [])].join(' '),
        ])
      return `export default ${JSON.stringify(rows)}`
    },
  }
}
