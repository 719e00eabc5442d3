// Lines 21 and 22 of the client's contract: for everybody.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { before, describe, test } from 'node:test'
import { chat, composer, eventually, message, write } from './browser.js'
import { browser, kith } from './stage.js'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let ada, bob, eve, direct, group

before(async () => {
  ada = await kith.person('Ada Lovelace')
  bob = await kith.person('Bob Martin')
  eve = await kith.person('Eve Öst')
  direct = await ada.chatWith(bob)
  group = await ada.group('Harbour crew', [bob, eve])
  const [first] = await bob.sayAll(direct, ['Morning! See https://example.org', '> quote\n\n- one\n- `two`'])
  await ada.say(direct, 'An answer\n```js\nconst a = "b" // c\n```', { replyTo: first.id })
  await ada.call('POST', `/messages/${first.id}/reactions`, { emoji: '👍' }).catch(() => undefined)
  await bob.say(direct, 'مرحبا! هل نلتقي غدًا؟')
  await eve.sayAll(group, ['Hello everybody', 'Unread, both of them'])
})

/** Rules of WCAG 2.2 A and AA and axe's best practices; answers what is wrong, with where. */
async function violations(page) {
  // In the page's own world a script may not be injected: the content security policy holds.
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  })
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  await evaluate(`${axe}; undefined`)
  return evaluate(
    `axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary).join(' | ')))`,
  )
}

/** Every screen there is, and how to get there from the chat list. */
const SCREENS = {
  list: async () => undefined,
  chat: async (page) => {
    await page.goto(`/app/c/${direct.id}`)
    await message(page, 'An answer').locator('.hljs-keyword').waitFor()
  },
  'message actions': async (page) => {
    await SCREENS.chat(page)
    await message(page, 'Morning!').first().hover()
    await message(page, 'Morning!').first().getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Reply' }).waitFor()
  },
  'emoji picker': async (page) => {
    await SCREENS.chat(page)
    await page.getByRole('button', { name: 'Emoji', exact: true }).click()
    await page.getByPlaceholder('Search emoji').waitFor()
  },
  'delete message': async (page) => {
    await SCREENS.chat(page)
    await message(page, 'An answer').hover()
    await message(page, 'An answer').getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: /^Delete(?! for me)/ }).click()
    await page.getByRole('dialog').waitFor()
  },
  'group details': async (page) => {
    await page.goto(`/app/c/${group.id}`)
    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('button', { name: 'Leave group' }).waitFor()
  },
  completion: async (page) => {
    await SCREENS.chat(page)
    await composer(page).fill('')
    await composer(page).pressSequentially('@bo')
    await page.getByRole('option').first().waitFor()
  },
  switcher: async (page) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('bob')
    await page.getByRole('option').first().waitFor()
  },
  'new chat': async (page) => {
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByRole('combobox').fill(eve.username)
    await page.getByRole('option').first().waitFor()
  },
  'new group': async (page) => {
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByRole('button', { name: 'New group' }).click()
    await page.getByRole('button', { name: 'Create group' }).click()
    await page.getByText('A group needs a name.').waitFor()
  },
  shortcuts: async (page) => {
    await page.keyboard.press('Control+/')
    await page.getByRole('dialog').waitFor()
  },
  profile: async (page) => {
    await page.goto('/app/settings/profile')
    await page.getByLabel('About').waitFor()
  },
  appearance: async (page) => {
    await page.goto('/app/settings/appearance')
    await page.getByText('Compact').waitFor()
  },
  sessions: async (page) => {
    await page.goto('/app/settings/sessions')
    await page.getByText('This device').waitFor()
  },
  'sign out': async (page) => {
    await page.goto('/app/settings')
    await page.getByRole('button', { name: 'Sign out' }).first().click()
    await page.getByRole('dialog').waitFor()
  },
  'no such chat': async (page) => {
    await page.goto('/app/c/01930000-0000-7000-8000-000000000000')
    await page.getByText('This chat is not available').waitFor()
  },
  'no such page': async (page) => {
    await page.goto('/app/elsewhere')
    await page.getByText('There is nothing at this address').waitFor()
  },
}

/** Until nothing fades or moves: axe would take a colour on its way for the colour. */
const settled = (page) =>
  page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
  )

for (const colorScheme of ['light', 'dark']) {
  describe(`21: axe finds nothing, ${colorScheme}`, () => {
    test('signing in and up', async () => {
      const page = await (await browser.window(kith, { colorScheme })).newPage()
      for (const path of ['/app/sign-in', '/app/sign-up']) {
        await page.goto(path)
        await page.getByRole('button', { name: /Sign in|Create account/ }).click()
        await page.locator('[aria-invalid]').first().waitFor()
        assert.deepEqual(await violations(page), [], path)
      }
    })

    for (const width of [1440, 390]) {
      test(`every screen at ${width} px`, async () => {
        const page = await browser.signIn(kith, ada, { colorScheme, viewport: { width, height: 844 } })
        for (const [name, open] of Object.entries(SCREENS)) {
          await page.goto('/app')
          await chat(page, 'Bob Martin').waitFor()
          await open(page)
          await settled(page)
          assert.deepEqual(await violations(page), [], name)
        }
      })
    }
  })
}

describe('21: without a mouse', () => {
  test('signing in, finding a chat, writing, answering, editing and leaving', async () => {
    const page = await (await browser.window(kith)).newPage()
    await page.goto('/app')
    await page.getByLabel('Username or e-mail').waitFor()
    const type = async (text) => {
      await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await type(bob.username)
    await page.keyboard.type(bob.password)
    await page.keyboard.press('Enter')
    await chat(page, 'Ada Lovelace').waitFor()

    await page.keyboard.press('Control+k')
    await page.keyboard.type('ada')
    await page.keyboard.press('Enter')
    await eventually(() => composer(page).evaluate((box) => box === document.activeElement), true)
    await page.keyboard.type('by keys alone')
    await page.keyboard.press('Enter')
    await eventually(
      () => message(page, 'by keys alone').locator('[data-status]').getAttribute('data-status'),
      (now) => now !== 'queued',
    )

    const focused = () => page.evaluate(() => document.activeElement?.closest('[data-message]')?.textContent ?? '')
    await page.keyboard.press('Shift+Tab')
    assert.match(await focused(), /by keys alone/)
    await page.keyboard.press('ArrowUp')
    await eventually(focused, (text) => text.includes('مرحبا'))
    await page.keyboard.press('ArrowUp')
    await eventually(focused, (text) => text.includes('An answer'))
    await page.keyboard.press('Enter')
    await page.getByRole('menu', { name: 'Message actions' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    await eventually(focused, (text) => text.includes('An answer'))
    await page.keyboard.press('r')
    await page.getByText('Replying to Ada Lovelace').waitFor()
    await page.keyboard.press('Escape')
    await eventually(() => page.getByText('Replying to').count(), 0)

    await page.keyboard.press('Alt+ArrowUp')
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+/')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
  })

  test('Tab reaches a row that is in view, wherever one has scrolled to', async () => {
    const [gil, hal] = [await kith.person('Gil'), await kith.person('Hal')]
    const talk = await gil.group('Long talk', [hal])
    const said = await hal.sayAll(
      talk,
      Array.from({ length: 80 }, (_, index) => `line ${index}`),
    )
    await gil.read(talk, said.at(-1).seq)
    const page = await browser.signIn(kith, gil, { path: `/app/c/${talk.id}` })
    await message(page, 'line 79').waitFor()
    await page.locator('[data-timeline]').hover()
    await page.mouse.wheel(0, -1200)
    await page.getByRole('button', { name: 'Latest' }).waitFor()
    await eventually(async () => {
      await composer(page).focus()
      // Past the button that leads back to the end.
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Shift+Tab')
      return page.evaluate(() => {
        const row = document.activeElement?.closest('[data-message]')
        if (!row) return false
        const [inner, outer] = [row, document.querySelector('[data-timeline]')].map((box) =>
          box.getBoundingClientRect(),
        )
        return inner.bottom > outer.top && inner.top < outer.bottom
      })
    }, true)
  })

  test('the menu of a row has what its small buttons have', async () => {
    const [gil, hal] = [await kith.person('Gil'), await kith.person('Hal')]
    const talk = await gil.group('Menu talk', [hal])
    const first = await hal.say(talk, 'the question')
    const answer = await gil.say(talk, 'the answr', { replyTo: first.id })
    await gil.call('PUT', `/messages/${answer.id}`, { content: 'the answer' })
    await hal.call('POST', `/messages/${answer.id}/reactions`, { emoji: '👍' })
    const page = await browser.signIn(kith, gil, { path: `/app/c/${talk.id}` })
    const choose = async (name) => {
      await message(page, 'the answer').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name, exact: true }).press('Enter')
    }
    await choose('Earlier versions')
    await page.getByRole('dialog').getByText('the answr').waitFor()
    await page.keyboard.press('Escape')
    await choose('Reactions')
    await page.getByRole('dialog').getByText('Hal').waitFor()
    await page.keyboard.press('Escape')
    await choose('Go to quoted message')
    await page.waitForURL(`**/m/${first.id}`)
  })

  test('details over the chat keep the focus inside and give it back', async () => {
    const page = await browser.signIn(kith, ada, {
      path: `/app/c/${group.id}`,
      viewport: { width: 1280, height: 800 },
    })
    await page.getByRole('button', { name: 'Details' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Leave group' }).waitFor()
    for (let step = 0; step < 8; step++) await page.keyboard.press('Tab')
    const outside = () =>
      page.evaluate(
        () =>
          !['DIALOG', 'BODY'].includes((document.activeElement.closest('dialog') ?? document.activeElement).tagName),
      )
    assert.equal(await outside(), false)
    await page.keyboard.press('Escape')
    await eventually(() => page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Details')
  })

  test('"?" lists the shortcuts, but is only a question mark in a text', async () => {
    const page = await browser.signIn(kith, ada, { path: `/app/c/${direct.id}` })
    await composer(page).pressSequentially('why?')
    assert.equal(await composer(page).inputValue(), 'why?')
    await composer(page).fill('')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  })

  test('the live region says new messages, at most one sentence a second, and no history', async () => {
    const page = await browser.signIn(kith, ada, { path: `/app/c/${direct.id}` })
    await message(page, 'Morning!').first().waitFor()
    const region = page.locator('[data-announcer]')
    assert.equal(await region.textContent(), '')
    await page.evaluate(() => {
      window.said = []
      new MutationObserver(() =>
        window.said.push([performance.now(), document.querySelector('[data-announcer]').textContent]),
      ).observe(document.querySelector('[data-announcer]'), { characterData: true, childList: true, subtree: true })
    })
    await bob.sayAll(direct, ['alpha', 'beta', 'gamma'])
    const said = await eventually(
      () => page.evaluate(() => window.said),
      (all) => all.length >= 2,
    )
    assert.match(said[0][1], /^Bob Martin: alpha$/)
    assert.match(said[1][1], /^2 new messages$|^Bob Martin: beta$/)
    const pause = said[1][0] - said[0][0]
    assert.ok(pause >= 900, `${pause} ms`)
  })
})

describe('22: any size, any preference', () => {
  test('at 400 % zoom everything reflows into 320 px', async () => {
    const page = await browser.signIn(kith, ada, { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 })
    for (const [name, open] of Object.entries(SCREENS)) {
      await page.goto('/app')
      await chat(page, 'Bob Martin').waitFor()
      await open(page)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`)
    }
  })

  test('reduced motion moves nothing; forced colours keep what is selected visible', async () => {
    const page = await browser.signIn(kith, ada, {
      path: `/app/c/${group.id}`,
      reducedMotion: 'reduce',
      forcedColors: 'active',
    })
    await message(page, 'Hello everybody').waitFor()
    await page.keyboard.press('Control+k')
    const duration = (selector) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => Number.parseFloat(getComputedStyle(element).animationDuration))
    assert.ok((await duration('dialog')) < 0.001)
    await page.keyboard.press('Escape')
    const outline = await chat(page, 'Harbour crew').evaluate((link) => getComputedStyle(link).outlineStyle)
    assert.equal(outline, 'solid')
  })

  test('targets are at least 24 px for a mouse and 44 px for a finger', async () => {
    for (const [options, least] of [
      [{}, 24],
      [{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, 44],
    ]) {
      const page = await browser.signIn(kith, ada, options)
      for (const path of [
        '/app',
        `/app/c/${direct.id}`,
        `/app/c/${group.id}`,
        '/app/settings',
        '/app/settings/sessions',
      ]) {
        await page.goto(path)
        await page.locator('h1:visible').first().waitFor()
        const small = await page.evaluate((size) => {
          // Links within a sentence are exempt (WCAG 2.5.8), as are the buttons that only a mouse gets.
          const targets = [...document.querySelectorAll('button, a, input, textarea, [role=option]')].filter(
            (element) =>
              !element.closest('p, li p, .sr-only, [aria-hidden=true]') &&
              element.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
          )
          return targets
            .map((element) => ({ element, box: (element.closest('label') ?? element).getBoundingClientRect() }))
            .filter(({ box }) => box.width > 1 && (box.width < size - 0.5 || box.height < size - 0.5))
            .map(({ element, box }) => `${element.outerHTML.slice(0, 120)} ${box.width}×${box.height}`)
        }, least)
        assert.deepEqual(small, [], path)
      }
    }
  })

  test('a finger that is held opens the menu, which stays when it lifts', async () => {
    const page = await browser.signIn(kith, ada, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    await page.goto(`/app/c/${direct.id}`)
    const box = await message(page, 'An answer').locator('[id^=body-]').boundingBox()
    const touch = await page.context().newCDPSession(page)
    const point = { x: box.x + 20, y: box.y + 10 }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
    await page.waitForTimeout(700)
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    const menu = page.getByRole('menu', { name: 'Message actions' })
    await menu.waitFor()
    assert.equal(await page.evaluate(() => getSelection().toString()), '')
    await page.getByRole('menuitem', { name: 'Reply' }).tap()
    await page.getByText('Replying to', { exact: false }).waitFor()
  })

  test('each message has its own direction', async () => {
    const page = await browser.signIn(kith, ada, { path: `/app/c/${direct.id}` })
    const direction = (text) =>
      message(page, text)
        .first()
        .locator('[dir=auto]')
        .last()
        .evaluate((body) => getComputedStyle(body).direction)
    await message(page, 'مرحبا').waitFor()
    assert.equal(await direction('مرحبا'), 'rtl')
    assert.equal(await direction('Morning!'), 'ltr')
    await write(page, 'the end')
  })
})
