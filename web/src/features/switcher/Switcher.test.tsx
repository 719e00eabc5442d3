import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ClientProvider } from '~/app/context'
import type { Client } from '~/sync/client'
import { World } from '~/test/world'
import { Switcher } from './Switcher'

let client: Client
const keyboard = userEvent.setup()

beforeEach(async () => {
  client = new World().client().client
  await vi.waitFor(() => expect(client.conversations.getSnapshot().status).toBe('ready'))
  vi.stubGlobal('fetch', async () => Response.json({ data: [] }))
})

afterEach(async () => {
  vi.unstubAllGlobals()
  await client.forget()
  client.close()
})

test('arrows in an empty list leave the first match active once there is one', async () => {
  render(
    <ClientProvider value={client}>
      <Switcher onClose={() => undefined} />
    </ClientProvider>,
  )
  const box = screen.getByRole('combobox')
  await keyboard.type(box, 'xyz')
  expect(screen.queryByRole('option')).toBeNull()
  await keyboard.type(box, '{ArrowDown}{ArrowUp}{Enter}')
  await keyboard.clear(box)
  await keyboard.type(box, 'bob')
  const option = screen.getByRole('option', { name: /Bob Martin/ })
  expect(option.getAttribute('aria-selected')).toBe('true')
  expect(box.getAttribute('aria-activedescendant')).toBe(option.id)
})
