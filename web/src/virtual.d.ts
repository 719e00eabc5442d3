declare module 'virtual:emoji' {
  /** Character, group, shortcodes, search words; made by `vite.config.ts`. */
  const rows: [string, number, string, string][]
  export default rows
}
