// Takes the picture of the README: `KITH=… npm run screenshot`.
import { fileURLToPath } from 'node:url'
import { Browser, message } from './web/browser.js'
import { Kith } from './web/kith.js'

const PICTURE = fileURLToPath(new URL('../docs/screenshot.png', import.meta.url))

const kith = await Kith.start()
const browser = await Browser.launch()
try {
  const [alice, bob, carol] = [await kith.person('Alice'), await kith.person('Bob'), await kith.person('Carol')]

  const family = await carol.group('Family', [alice])
  await carol.say(family, 'Grandma says the parcel came today')
  const books = await alice.group('Book club', [bob, carol])
  await bob.say(books, 'Chapter six next time?')
  const plan = await alice.say(books, 'Six and seven, they are short')
  await alice.read(books, plan.seq)
  const lunch = await alice.chatWith(carol)
  await carol.say(lunch, 'The table is booked for half past twelve 🍜')
  await alice.read(lunch, 1)
  const hike = await bob.group('Weekend hike', [alice, carol])
  await bob.say(hike, 'The weather looks good for Saturday')
  await carol.say(hike, 'I’ll bring the map and a thermos')

  const chat = await alice.chatWith(bob)
  await bob.say(chat, 'Morning! Is the new server ready for everybody to move in?')
  await alice.say(chat, 'Since last night 🎉 One program and one folder, that was all.')
  await alice.say(chat, 'It has been quiet ever since, on the smallest machine I could find.')
  const question = await bob.say(chat, 'Could I start another one for the running club?')
  const commands = '```sh\nkith init    # writes kith.toml\nkith serve   # http://localhost:3000\n```'
  const answer = await alice.say(chat, `Sure, it takes less than a minute:\n${commands}`, { replyTo: question.id })
  await bob.call('POST', `/messages/${answer.id}/reactions`, { emoji: '👍' })
  await bob.say(chat, 'That is *really* it? Then I’ll tell the others **tonight**.')
  await bob.say(chat, 'Carol is away until Monday, shall I wait for her?')
  await alice.say(chat, 'No need, she can join later. See you at six!')
  const last = await bob.say(chat, 'See you there 👋')
  await alice.read(chat, last.seq)
  await bob.read(chat, last.seq)

  for (const person of [bob, carol]) await browser.signIn(kith, person)
  const page = await browser.signIn(kith, alice, { path: `/app/c/${chat.id}` })
  await message(page, 'less than a minute').locator('.hljs-comment').first().waitFor()
  await page.getByText('Online').first().waitFor()
  await page.screenshot({ path: PICTURE })
} finally {
  await browser.close()
  await kith.close()
}
