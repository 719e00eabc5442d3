// One Chromium for a test file, and the things that people do in the client.
import { chromium } from 'playwright-core'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export class Browser {
  #chromium
  #contexts = []
  /** Uncaught errors, violations of the content security policy and dialogs of any page: there must be none. */
  complaints = []

  static async launch() {
    const browser = new Browser()
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
    browser.#chromium = await chromium.launch({ executablePath, args: ARGUMENTS })
    return browser
  }

  /** A window of its own: its own cookies and storage. */
  async window(kith, options = {}) {
    const context = await this.#chromium.newContext({
      baseURL: kith.url,
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      ...options,
    })
    this.#contexts.push(context)
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) => {
        console.error(`CSP: ${violatedDirective} ${sourceFile}`)
      })
    })
    context.on('page', (page) => {
      page.on('pageerror', (error) => this.complaints.push(error.stack))
      page.on('dialog', (dialog) => this.complaints.push(`dialog: ${dialog.message()}`))
      page.on('console', (message) => message.text().startsWith('CSP:') && this.complaints.push(message.text()))
    })
    return context
  }

  /** Signs somebody in, in a window of their own, and opens a path. */
  async signIn(kith, person, { path = '/app', ...options } = {}) {
    const context = await this.window(kith, options)
    const page = await context.newPage()
    await page.goto(path)
    await page.getByLabel('Username or e-mail').fill(person.username)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.keyboard.press('Enter')
    await page.getByRole('navigation', { name: 'Kith' }).first().waitFor({ state: 'attached' })
    return page
  }

  /** Ends the windows of a test. */
  async closeWindows() {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()))
  }

  close() {
    return this.#chromium.close()
  }
}

/** The message that says this; one that only quotes it does not count. */
export function message(page, text) {
  return page.locator('[data-message]').filter({ has: page.locator('[id^=body-]').filter({ hasText: text }) })
}

export function composer(page) {
  return page.getByRole('textbox', { name: /^Message / })
}

/** The entry of the chat list with this name. */
export function chat(page, name) {
  return page.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name })
}

export async function write(page, text) {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}

/** Waits until `read`, evaluated here, answers what is wanted. (`waitForFunction` takes any promise for a yes.) */
export async function eventually(read, wanted, timeout = 10_000) {
  const deadline = Date.now() + timeout
  const matches = typeof wanted === 'function' ? wanted : (value) => value === wanted
  let value
  do {
    value = await read()
    if (matches(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 25))
  } while (Date.now() < deadline)
  throw new Error(`waited for ${wanted}, last saw ${JSON.stringify(value)}`)
}

/** From the next load of the page its socket does not come through, until `mend`. REST does. */
export async function sever(page) {
  const network = {
    severed: true,
    mend() {
      network.severed = false
      return page.evaluate(() => window.dispatchEvent(new Event('online')))
    },
  }
  const context = page.context()
  await context.route('**/socket.io/**', (route) => (network.severed ? route.abort() : route.continue()))
  await context.routeWebSocket('**/socket.io/**', (socket) => {
    if (network.severed) socket.close()
    else socket.connectToServer()
  })
  return network
}
