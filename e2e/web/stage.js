// What every test file of the client stands on: a server and a browser for the file, no window left after a test, and
// no complaint of any page.
import assert from 'node:assert/strict'
import { after, afterEach } from 'node:test'
import { Browser } from './browser.js'
import { Kith } from './kith.js'

export const browser = await Browser.launch()
export const kith = await Kith.start()

afterEach(async () => {
  await browser.closeWindows()
  assert.deepEqual(browser.complaints, [])
})

after(async () => {
  await browser.close()
  await kith.close()
})
