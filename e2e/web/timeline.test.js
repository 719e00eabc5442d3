// Lines 1 to 4 of the client's contract: the timeline.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { chat, composer, eventually, message, write } from './browser.js'
import { browser, kith } from './stage.js'

let ada, bob

before(async () => {
  ada = await kith.person('Ada')
  bob = await kith.person('Bob')
})

const numbered = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => `entry ${from + index} of many`)
const timeline = (page) => page.locator('[data-timeline]')
const distanceFromEnd = (page) =>
  timeline(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)

/** A chat between two new people with this many messages, all read. */
async function longChat(count) {
  const [reader, writer] = [await kith.person('Reader'), await kith.person('Writer')]
  const conversation = await reader.chatWith(writer)
  const said = await writer.sayAll(conversation, numbered(1, count))
  await reader.read(conversation, said.at(-1).seq)
  return { reader, writer, conversation, said }
}

describe('1: the scroll position', () => {
  test('prepending older messages moves the row one looks at by 0 px', async () => {
    const { reader, conversation } = await longChat(160)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}` })
    await message(page, 'entry 160 of many').waitFor()
    // The next older page is held back until the top of the loaded part has been reached.
    let release
    const held = new Promise((resolve) => {
      release = resolve
    })
    await page.route('**/messages?before=*', async (route) => {
      await held
      await route.continue()
    })
    await timeline(page).evaluate((element) => element.scrollTo(0, 0))
    const anchor = await timeline(page).evaluate((element) => {
      const top = element.getBoundingClientRect().top
      const rows = [...element.querySelectorAll('[data-message]')]
      return rows.find((row) => row.getBoundingClientRect().bottom > top).dataset.message
    })
    const top = () => page.locator(`[data-message="${anchor}"]`).evaluate((row) => row.getBoundingClientRect().top)
    const height = () => timeline(page).evaluate((element) => element.scrollHeight)
    const [topBefore, heightBefore] = [await top(), await height()]
    release()
    await eventually(height, (now) => now > heightBefore + 1000)
    assert.equal(await top(), topBefore)
    // And it stays there while the rows above are measured.
    await timeline(page).evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
    assert.equal(await top(), topBefore)
  })

  test('at the end, new messages keep the end in view', async () => {
    const { reader, writer, conversation } = await longChat(60)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}` })
    await message(page, 'entry 60 of many').waitFor()
    await writer.sayAll(conversation, ['short', 'long '.repeat(200), 'the last one'])
    await message(page, 'the last one').waitFor()
    await eventually(
      () => distanceFromEnd(page),
      (distance) => distance <= 1,
    )
  })

  test('at the end, a box that grows keeps the end in view', async () => {
    const { reader, conversation } = await longChat(60)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}` })
    await message(page, 'entry 60 of many').waitFor()
    const view = () => timeline(page).evaluate((element) => element.clientHeight)
    const before = await view()
    await composer(page).fill('line\n'.repeat(10))
    await eventually(view, (now) => now < before - 100)
    await eventually(
      () => distanceFromEnd(page),
      (distance) => distance <= 1,
    )
  })

  test('scrolled up, the position stays and a button tells how many are new', async () => {
    const { reader, writer, conversation } = await longChat(90)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}` })
    await message(page, 'entry 90 of many').waitFor()
    await timeline(page).evaluate((element) => element.scrollBy(0, -900))
    await page.getByRole('button', { name: 'Latest' }).waitFor()
    const position = () => timeline(page).evaluate((element) => element.scrollTop)
    const before = await position()
    await writer.sayAll(conversation, ['new one', 'new two'])
    await page.getByRole('button', { name: 'Latest · 2 new' }).waitFor()
    assert.equal(await position(), before)
    await page.getByRole('button', { name: 'Latest · 2 new' }).click()
    await message(page, 'new two').waitFor()
    await eventually(
      () => distanceFromEnd(page),
      (distance) => distance <= 1,
    )
  })
})

describe('2: reading', () => {
  test('opens at the first unread message, and counts down as it is seen', async () => {
    const { reader, writer, conversation } = await longChat(80)
    await writer.sayAll(conversation, numbered(81, 160))
    const page = await browser.signIn(kith, reader)
    await chat(page, /Writer.*80 unread messages/).click()
    await page.locator('[data-divider]').waitFor()
    const divider = await page.locator('[data-divider]').boundingBox()
    const view = await timeline(page).boundingBox()
    assert.ok(divider.y >= view.y - 1 && divider.y < view.y + 80, `the divider is at ${divider.y}`)
    await message(page, 'entry 81 of many').waitFor()
    // What is in view counts as read after a second; what is below does not.
    const marker = async () => (await reader.call('GET', `/conversations/${conversation.id}`)).lastReadSeq
    const seq = await eventually(marker, (now) => now > 80)
    assert.ok(seq < 160)
    await chat(page, new RegExp(`Writer.*${160 - seq} unread messages`)).waitFor()
  })

  test('a window without the focus reads nothing', async () => {
    const { reader, writer, conversation } = await longChat(5)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}` })
    await message(page, 'entry 5 of many').waitFor()
    await page.evaluate(() => {
      document.hasFocus = () => false
      window.dispatchEvent(new Event('blur'))
    })
    await writer.say(conversation, 'while away')
    await message(page, 'while away').waitFor()
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)))
    assert.equal((await reader.call('GET', `/conversations/${conversation.id}`)).unreadCount, 1)
    await page.evaluate(() => {
      document.hasFocus = () => true
      window.dispatchEvent(new Event('focus'))
    })
    await eventually(async () => (await reader.call('GET', `/conversations/${conversation.id}`)).unreadCount, 0)
  })

  test('"mark unread from here" brings the divider back', async () => {
    const { reader, conversation } = await longChat(12)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}` })
    await message(page, 'entry 9 of many').hover()
    await message(page, 'entry 9 of many').getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Mark unread from here' }).click()
    await chat(page, /Writer.*4 unread messages/).click()
    const divided = page.locator('[data-index]').filter({ has: page.locator('[data-divider]') })
    await divided.filter({ hasText: 'entry 9 of many' }).waitFor()
    await chat(page, /^(?!.*unread).*Writer/).waitFor()
  })
})

describe('3: permalinks', () => {
  test('a message of any age is centred and flashes', async () => {
    const { reader, conversation, said } = await longChat(200)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}/m/${said[99].id}` })
    const target = message(page, 'entry 100 of many')
    await target.waitFor()
    assert.match(await target.getAttribute('class'), /flash/)
    const view = await timeline(page).boundingBox()
    const offCentre = async () => {
      const box = await target.boundingBox()
      return Math.abs(box.y + box.height / 2 - (view.y + view.height / 2))
    }
    await eventually(offCentre, (distance) => distance < 30)
  })

  test('a quote leads to its message, and Back leads to the same pixel', async () => {
    const { reader, writer, conversation, said } = await longChat(200)
    await writer.sayAll(conversation, ['filler one', 'filler two'])
    await writer.say(conversation, 'see above', { replyTo: said[19].id })
    await writer.sayAll(conversation, numbered(300, 312))
    await reader.read(conversation, 216)
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}` })
    await message(page, 'entry 312 of many').waitFor()
    await timeline(page).evaluate((element) => element.scrollBy(0, -250))
    const quote = message(page, 'see above').getByRole('button', { name: /entry 20 of many/ })
    await quote.waitFor()
    const before = (await message(page, 'see above').boundingBox()).y
    await quote.click()
    await page.waitForURL(`**/m/${said[19].id}`)
    await message(page, 'entry 21 of many').waitFor()
    await page.goBack()
    await message(page, 'see above').waitFor()
    await eventually(
      async () => Math.abs((await message(page, 'see above').boundingBox()).y - before),
      (off) => off < 1,
    )
  })

  test('a message that is gone says so and shows the chat', async () => {
    const { reader, conversation } = await longChat(3)
    const nowhere = '01930000-0000-7000-8000-000000000000'
    const page = await browser.signIn(kith, reader, { path: `/app/c/${conversation.id}/m/${nowhere}` })
    await page.getByText('That message isn’t there any more.').waitFor()
    await message(page, 'entry 3 of many').waitFor()
  })
})

describe('4: rows', () => {
  test('messages of one sender group, days are separated in the zone of the device', async () => {
    const { reader, writer, conversation } = await longChat(3)
    const page = await browser.signIn(kith, reader, {
      path: `/app/c/${conversation.id}`,
      timezoneId: 'Pacific/Kiritimati',
    })
    await message(page, 'entry 3 of many').waitFor()
    const names = () => timeline(page).locator('[id^=sender-]:not(.sr-only)').allTextContents()
    assert.deepEqual(await names(), [writer.displayName])
    await write(page, 'from the other side')
    await message(page, 'from the other side').waitFor()
    assert.deepEqual(await names(), [writer.displayName, reader.displayName])
    await page.getByText('Today', { exact: true }).waitFor()
  })

  test('"edited" opens the history; a deletion leaves a tombstone for both', async () => {
    const conversation = await ada.chatWith(bob)
    const page = await browser.signIn(kith, ada, { path: `/app/c/${conversation.id}` })
    const other = await browser.signIn(kith, bob, { path: `/app/c/${conversation.id}` })
    await write(page, 'frist draft')
    await message(other, 'frist draft').waitFor()
    await eventually(
      () => message(page, 'frist draft').locator('[data-status]').getAttribute('data-status'),
      (status) => status !== 'queued',
    )
    await composer(page).press('ArrowUp')
    await eventually(() => composer(page).inputValue(), 'frist draft')
    await write(page, 'first draft')
    await message(other, 'first draft').waitFor()
    await message(other, 'first draft').getByRole('button', { name: 'Edited. Show earlier versions' }).click()
    const history = other.getByRole('dialog', { name: 'Earlier versions' })
    await history.getByText(/frist draft|aren’t available/).waitFor()
    await other.keyboard.press('Escape')

    await message(page, 'first draft').hover()
    await message(page, 'first draft').getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: /^Delete(?! for me)/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('You deleted this message').waitFor()
    await other.getByText(`${ada.displayName} deleted this message`).waitFor()
    assert.equal(await message(other, 'first draft').count(), 0)
  })
})
