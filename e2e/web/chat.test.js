// The first five minutes: two people register in two windows and talk.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chat, composer, eventually, message, write } from './browser.js'
import { browser, kith } from './stage.js'

const unique = (name) => `${name}.${process.pid}`

async function register(name, displayName) {
  const page = await (await browser.window(kith)).newPage()
  await page.goto('/')
  await page.getByRole('link', { name: 'Create account' }).click()
  await page.getByLabel('Username').fill(name)
  await page.getByLabel(/^Name/).fill(displayName)
  await page.getByLabel('Password', { exact: true }).fill('four unrelated words here')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Chats' }).waitFor()
  return page
}

describe('two people', () => {
  test('register, find each other, talk, react, answer, edit and see each other type', async () => {
    const [adaName, bobName] = [unique('ada'), unique('bob')]
    const ada = await register(adaName, 'Ada L')
    const bob = await register(bobName, 'Bob M')
    await bob.getByText('No chats yet').waitFor()

    await ada.getByRole('button', { name: 'Find a person' }).click()
    await ada.getByRole('combobox').fill(bobName)
    await ada.getByRole('option', { name: /Bob M/ }).click()
    await write(ada, 'Hello **Bob**')
    await chat(bob, /Ada L.*1 unread message/s).click()
    await message(bob, 'Hello Bob').waitFor()
    await bob.getByText('Online').first().waitFor()

    await composer(bob).pressSequentially('Hi')
    await ada.getByText('Bob M is typing…').waitFor()
    await composer(bob).press('Enter')
    await message(ada, 'Hi').waitFor()
    await eventually(() => ada.getByText('Bob M is typing…').count(), 0)

    await message(bob, 'Hello Bob').hover()
    await message(bob, 'Hello Bob').getByRole('button', { name: 'React with 👍' }).click()
    await message(ada, 'Hello Bob').getByRole('button', { name: '👍 1 from Bob M' }).waitFor()
    await message(bob, 'Hello Bob').hover()
    await message(bob, 'Hello Bob').getByRole('button', { name: 'Reply' }).click()
    await write(bob, 'an answer')
    await message(ada, 'an answer').getByRole('button', { name: /Hello/ }).waitFor()

    await composer(ada).press('ArrowUp')
    await eventually(() => composer(ada).inputValue(), 'Hello **Bob**')
    await write(ada, 'Hello again')
    await message(bob, 'Hello again').waitFor()
    await message(bob, 'Hello again')
      .getByRole('button', { name: /Edited/ })
      .waitFor()
  })

  test('a taken name, a wrong password and a weak one are explained', async () => {
    const person = await kith.person('Taken')
    const page = await (await browser.window(kith)).newPage()
    await page.goto('/app/sign-up')
    await page.getByLabel('Username').fill(person.username)
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.keyboard.press('Enter')
    await page.getByText('Use at least 8 characters.').waitFor()
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.keyboard.press('Enter')
    await page.getByText('That username is in use. Try another.').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Username or e-mail').fill(person.username)
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('That username and password don’t go together.').waitFor()
  })
})

describe('a group', () => {
  test('is made, renamed, added to, removed from and left', async () => {
    const [ada, bob, eve] = [await kith.person('Ada'), await kith.person('Bob'), await kith.person('Eve')]
    const page = await browser.signIn(kith, ada)
    const other = await browser.signIn(kith, bob)
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByRole('button', { name: 'New group' }).click()
    await page.keyboard.type('Harbour')
    const search = page.getByRole('combobox', { name: 'Name or username' })
    await search.fill(bob.username)
    await page.getByRole('option', { name: /Bob/ }).click()
    await page.getByRole('button', { name: 'Create group' }).click()
    await write(page, 'welcome')
    await chat(other, /Harbour/).click()
    await message(other, 'welcome').waitFor()

    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByLabel('Group name').fill('Harbour crew')
    await page.keyboard.press('Enter')
    await other.getByRole('heading', { name: 'Harbour crew' }).first().waitFor()

    await page.getByRole('button', { name: 'Add people' }).click()
    await page.getByRole('dialog').getByRole('combobox').fill(eve.username)
    await page.getByRole('option', { name: /Eve/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Add people' }).click()
    await other.getByText('3 members').first().waitFor()

    await page.getByRole('button', { name: 'Remove Eve' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await other.getByText('2 members').first().waitFor()

    await other.getByRole('button', { name: 'Details' }).click()
    await other.getByRole('button', { name: 'Leave group' }).click()
    await other.getByRole('dialog').getByRole('button', { name: 'Leave group' }).click()
    await eventually(() => chat(other, /Harbour/).count(), 0)
    await page.getByText('1 member', { exact: true }).first().waitFor()
  })
})

describe('settings', () => {
  test('the profile, the theme and the sessions', async () => {
    const ada = await kith.person('Ada')
    const bob = await kith.person('Bob')
    await ada.say(await ada.chatWith(bob), 'hello')
    const page = await browser.signIn(kith, ada, { path: '/app/settings/profile' })
    const other = await browser.signIn(kith, bob)
    await page.getByLabel(/^Name/).fill('Ada Byron')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    await page.getByRole('link', { name: 'Appearance' }).click()
    await page.getByText('Dark', { exact: true }).click()
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await eventually(background, 'rgb(15, 18, 21)')
    await page.reload()
    await eventually(background, 'rgb(15, 18, 21)')
    await other.reload()
    await chat(other, /Ada Byron/).waitFor()

    const second = await browser.signIn(kith, ada)
    await page.getByRole('link', { name: 'Sessions' }).click()
    await page.getByText('This device').waitFor()
    await page
      .getByRole('button', { name: /^Sign out Chrome/ })
      .first()
      .click()
    await second.getByText('You were signed out.').waitFor()
    await page.getByText('This device').waitFor()
  })
})
