import { act, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Message } from '~/api/types'
import { ClientProvider } from '~/app/context'
import type { Client } from '~/sync/client'
import { ada, World } from '~/test/world'
import { Composer } from './Composer'

let world: World
let client: Client
const keyboard = userEvent.setup()

beforeEach(async () => {
  world = new World()
  client = world.client().client
  await vi.waitFor(() => expect(client.conversations.getSnapshot().status).toBe('ready'))
  await client.timeline('c').latest()
})

afterEach(async () => {
  await client.forget()
  client.close()
})

function Harness() {
  const [editing, setEditing] = useState<Message | null>(null)
  return (
    <ClientProvider value={client}>
      <Composer conversation={world.view()} editing={editing} onEdit={setEditing} onReply={() => undefined} />
    </ClientProvider>
  )
}

function box(): HTMLTextAreaElement {
  return screen.getByRole('textbox', { name: 'Message Bob Martin' })
}

function sent(): (string | null | undefined)[] {
  return world.messages.map(({ content }) => content)
}

describe('keys', () => {
  test('Enter sends and empties the box', async () => {
    render(<Harness />)
    await keyboard.type(box(), 'hello{Enter}')
    await vi.waitFor(() => expect(sent()).toEqual(['hello']))
    expect(box().value).toBe('')
  })

  test('Shift+Enter breaks the line', async () => {
    render(<Harness />)
    await keyboard.type(box(), 'one{Shift>}{Enter}{/Shift}two')
    expect(box().value).toBe('one\ntwo')
    expect(sent()).toEqual([])
  })

  test('Enter during a composition belongs to the input method', async () => {
    render(<Harness />)
    await keyboard.type(box(), 'にほん')
    fireEvent.keyDown(box(), { key: 'Enter', isComposing: true })
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 229 })
    expect(box().value).toBe('にほん')
    expect(client.outbox.getSnapshot()).toEqual([])
  })

  test('nothing but spaces is not sent', async () => {
    render(<Harness />)
    await keyboard.type(box(), '   {Enter}')
    expect(client.outbox.getSnapshot()).toEqual([])
  })

  test('Arrow up in the empty box edits the last own message, Escape cancels and keeps the draft', async () => {
    world.say('from bob')
    world.say('mine', { senderId: ada.id })
    world.say('bob again')
    render(<Harness />)
    await keyboard.type(box(), '{ArrowUp}')
    expect(box().value).toBe('mine')
    await keyboard.type(box(), '!{Escape}')
    expect(box().value).toBe('')
    await keyboard.type(box(), '{ArrowUp}, changed{Enter}')
    const edits = world.requests.filter(({ command }) => command === 'edit_message')
    expect(edits).toEqual([{ command: 'edit_message', payload: { messageId: 'm2', content: 'mine, changed' } }])
  })
})

describe('drafts', () => {
  test('the text is kept and there again', async () => {
    const first = render(<Harness />)
    await keyboard.type(box(), 'half a thought')
    first.unmount()
    render(<Harness />)
    expect(box().value).toBe('half a thought')
  })

  test('another tab sees it', async () => {
    render(<Harness />)
    client.drafts.open()
    const key = `kith.${ada.id}.draft.c`
    localStorage.setItem(key, JSON.stringify({ text: 'from another tab' }))
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key })))
    expect(box().value).toBe('from another tab')
  })
})

describe('completion', () => {
  test('a mention is completed with Enter, without sending', async () => {
    render(<Harness />)
    await keyboard.type(box(), 'hi @bo')
    await screen.findByRole('option', { name: /Bob Martin/ })
    await keyboard.type(box(), '{Enter}')
    await vi.waitFor(() => expect(box().value).toBe('hi @bob '))
    expect(client.outbox.getSnapshot()).toEqual([])
  })

  test('a closed shortcode becomes its emoji', async () => {
    render(<Harness />)
    await keyboard.type(box(), 'yes :tada:')
    await vi.waitFor(() => expect(box().value).toBe('yes 🎉'))
  })

  test('Escape closes the list and keeps the text', async () => {
    render(<Harness />)
    await keyboard.type(box(), ':smi')
    await screen.findAllByRole('option')
    await keyboard.type(box(), '{Escape}')
    expect(screen.queryByRole('option')).toBeNull()
    expect(box().value).toBe(':smi')
  })

  test('Escape counts for one word only', async () => {
    render(<Harness />)
    await keyboard.type(box(), ':smi')
    await screen.findAllByRole('option')
    await keyboard.type(box(), '{Escape}')
    await keyboard.clear(box())
    await keyboard.type(box(), ':smi')
    expect(await screen.findAllByRole('option')).not.toHaveLength(0)
  })

  test('a receipt leaves the choice where it is', async () => {
    const { rerender } = render(<Harness />)
    await keyboard.type(box(), ':smi')
    await screen.findAllByRole('option')
    await keyboard.type(box(), '{ArrowDown}')
    // The harness reads the conversation anew, as after a change that has nothing to do with who is in it.
    rerender(<Harness />)
    const selected = screen
      .getAllByRole('option')
      .findIndex((option) => option.getAttribute('aria-selected') === 'true')
    expect(selected).toBe(1)
  })
})
