// Line 24 of the client's contract: what it may weigh and how long it may take. The sizes of the built files are
// checked by `npm run budget` in web/; here is what really comes over the wire and what a person feels.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { chat, composer, eventually, message } from './browser.js'
import { browser, kith } from './stage.js'

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

test('24: JavaScript until a chat is open is at most 170 kB', async () => {
  const [ada, bob] = [await kith.person('Ada'), await kith.person('Bob')]
  const conversation = await ada.chatWith(bob)
  await bob.say(conversation, 'hello')
  const context = await browser.window(kith)
  const page = await context.newPage()
  const scripts = new Map()
  page.on('response', async (response) => {
    if (response.url().endsWith('.js')) scripts.set(response.url(), response.body())
  })
  await page.goto(`/app/c/${conversation.id}`)
  await page.getByLabel('Username or e-mail').fill(ada.username)
  await page.getByLabel('Password', { exact: true }).fill(ada.password)
  await page.keyboard.press('Enter')
  await message(page, 'hello').waitFor()
  const bodies = await Promise.all(scripts.values())
  const weight = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)
  assert.ok(bodies.length > 1)
  assert.ok(weight <= 170_000, `${weight} bytes`)
})

test('24: changing chats takes at most 100 ms, a key at most 200 ms', async () => {
  const ada = await kith.person('Ada')
  const chats = []
  for (const name of ['Berit', 'Carlos']) {
    const person = await kith.person(name)
    const conversation = await ada.chatWith(person)
    const said = await person.sayAll(
      conversation,
      Array.from({ length: 60 }, (_, index) => `${name} says ${index}`),
    )
    await ada.read(conversation, said.at(-1).seq)
    chats.push(name)
  }
  const page = await browser.signIn(kith, ada)
  for (const name of chats) {
    await chat(page, name).click()
    await message(page, `${name} says 59`).waitFor()
  }
  // From the press to the frame with the other chat's last message, as the page itself sees it.
  const change = (name) =>
    page.evaluate(
      (wanted) =>
        new Promise((resolve) => {
          const link = [...document.querySelectorAll('nav a')].find((entry) => entry.textContent.includes(wanted))
          const started = performance.now()
          link.click()
          const look = () =>
            [...document.querySelectorAll('[data-message]')].some((row) =>
              row.textContent.includes(`${wanted} says 59`),
            )
              ? resolve(performance.now() - started)
              : requestAnimationFrame(look)
          requestAnimationFrame(look)
        }),
      name,
    )
  const changes = []
  for (let index = 0; index < 10; index++) changes.push(await change(chats[index % 2]))
  assert.ok(median(changes) <= 100, `median ${median(changes)} ms of ${changes.map(Math.round)}`)

  await page.evaluate(() => {
    window.interactions = []
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.interactions.push(duration)
    }).observe({ type: 'event', durationThreshold: 16 })
  })
  await composer(page).pressSequentially('some words to measure the keys with', { delay: 20 })
  await eventually(
    () => page.evaluate(() => window.interactions.length),
    (count) => count > 0,
  )
  const keys = await page.evaluate(() => window.interactions)
  assert.ok(median(keys) <= 200, `median ${median(keys)} ms`)
})

test('24: 10,000 messages take at most 150 MB', { timeout: 300_000 }, async () => {
  const COUNT = 10_000
  const [ada, bob] = [await kith.person('Ada'), await kith.person('Bob')]
  const conversation = await ada.chatWith(bob)
  for (let sent = 0; sent < COUNT; sent += 50) {
    const batch = Array.from({ length: 50 }, (_, index) =>
      bob.say(conversation, `message ${sent + index} with some words in it`),
    )
    await Promise.all(batch)
  }
  await ada.read(conversation, COUNT)
  const page = await browser.signIn(kith, ada, { path: `/app/c/${conversation.id}` })
  const timeline = page.locator('[data-timeline]')
  await page.locator('[data-message]').first().waitFor()
  // Scrolls to the top of what is loaded until there is nothing older.
  const session = await page.context().newCDPSession(page)
  await eventually(
    async () => {
      await timeline.evaluate((element) => element.scrollTo(0, 0))
      return page
        .locator('[data-index="0"] article[aria-posinset="1"]')
        .filter({ hasText: /message [0-4]?[0-9] with/ })
        .count()
    },
    (count) => count > 0,
    240_000,
  )
  assert.ok((await page.locator('[data-message]').count()) < 100, 'only what is in view is drawn')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  assert.ok(usedSize <= 150e6, `${Math.round(usedSize / 1e6)} MB`)
})
