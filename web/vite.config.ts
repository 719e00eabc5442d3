import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** The server that `npm run dev` talks to. */
const SERVER = process.env.KITH_URL ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [react(), tailwindcss(), emojiData(), compressed()],
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

/** Beside every file of the build its `.br` and `.gz`, which the server hands out as they are. */
function compressed(): Plugin {
  return {
    name: 'kith:compressed',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue
        const content = readFileSync(join(dir, name))
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content))
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}
