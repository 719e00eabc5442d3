import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError } from '~/api/http'
import { message, World } from '~/test/world'
import { PAGE, Timeline } from './timeline'

let world: World
let timeline: Timeline

beforeEach(() => {
  world = new World()
  for (let index = 1; index <= 300; index++) world.say(`${index}`)
  timeline = new Timeline('c', world.source.messages)
})

function window() {
  const { messages, reachedStart, reachedEnd } = timeline.getSnapshot()
  return { from: messages[0]?.seq, to: messages.at(-1)?.seq, reachedStart, reachedEnd }
}

describe('the window', () => {
  test('opens at the end when everything is read', async () => {
    await timeline.open(300, 300)
    expect(window()).toEqual({ from: 301 - PAGE, to: 300, reachedStart: false, reachedEnd: true })
    expect(timeline.getSnapshot().dividerSeq).toBeNull()
  })

  test('opens around the first unread message, with the divider before it', async () => {
    await timeline.open(100, 300)
    expect(timeline.getSnapshot().dividerSeq).toBe(101)
    expect(window()).toEqual({ from: 71, to: 130, reachedStart: false, reachedEnd: false })
  })

  test('grows at both ends without holes until there is no more', async () => {
    await timeline.open(100, 300)
    while (!timeline.getSnapshot().reachedStart) await timeline.older()
    while (!timeline.getSnapshot().reachedEnd) await timeline.newer()
    expect(timeline.getSnapshot().messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
  })

  test('opens at the first message for somebody who has read nothing', async () => {
    await timeline.open(0, 300)
    expect(timeline.getSnapshot().dividerSeq).toBe(1)
    expect(window()).toMatchObject({ from: 1, reachedStart: true, reachedEnd: false })
  })

  test('shows the oldest loaded message together with the one before it', async () => {
    await timeline.latest()
    await timeline.show('m251')
    expect(window().from).toBeLessThan(251)
  })

  test('does not show a message of another conversation', async () => {
    await timeline.latest()
    world.source.messages.get = async () => message(7, { id: 'elsewhere', conversationId: 'd' })
    await expect(timeline.show('elsewhere')).rejects.toMatchObject({ status: 404 })
    expect(timeline.getSnapshot().status).toBe('ready')
    expect(window()).toMatchObject({ to: 300, reachedEnd: true })
  })

  test('a page that does not come is not asked for again at once', async () => {
    vi.useFakeTimers()
    await timeline.latest()
    const before = vi.spyOn(world.source.messages, 'before')
    before.mockRejectedValueOnce(new ApiError('network', 'Gone.'))
    await expect(timeline.older()).rejects.toMatchObject({ code: 'network' })
    const { retryAt } = timeline.getSnapshot()
    await timeline.older()
    expect(before).toHaveBeenCalledOnce()
    vi.setSystemTime(retryAt ?? 0)
    await timeline.older()
    expect(window().from).toBe(201)
    vi.useRealTimers()
  })

  test('a timeline that could not be loaded can be opened later', async () => {
    vi.spyOn(world.source.messages, 'before').mockRejectedValueOnce(new ApiError('network', 'Gone.'))
    await expect(timeline.open(300, 300)).rejects.toMatchObject({ code: 'network' })
    expect(timeline.getSnapshot().status).toBe('failed')
    await timeline.open(300, 300)
    expect(timeline.getSnapshot().status).toBe('ready')
  })

  test('moves to a message of any age', async () => {
    await timeline.latest()
    await timeline.show('m7')
    expect(timeline.find('m7')?.seq).toBe(7)
    expect(window()).toMatchObject({ from: 1, reachedStart: true, reachedEnd: false })
  })

  test('a new message does not appear behind a window that ends earlier', async () => {
    await timeline.show('m7')
    const before = timeline.getSnapshot().messages.length
    const added = world.say('new')
    timeline.apply({ type: 'new_message', conversationId: 'c', version: added.version, data: added })
    expect(timeline.getSnapshot().messages).toHaveLength(before)
    await timeline.latest()
    expect(timeline.getSnapshot().messages.at(-1)?.content).toBe('new')
  })

  test('an answer for a window that was left is dropped', async () => {
    await timeline.latest()
    const older = timeline.older()
    await timeline.show('m7')
    await older
    expect(window()).toMatchObject({ from: 1, to: 37 })
  })

  test('a long window is cut when nobody looks', async () => {
    await timeline.latest()
    while (!timeline.getSnapshot().reachedStart) await timeline.older()
    timeline.rest()
    expect(window()).toEqual({ from: 201, to: 300, reachedStart: false, reachedEnd: true })
  })
})

describe('changes', () => {
  test('an older version of a message never replaces a newer one', async () => {
    await timeline.latest()
    const newest = timeline.getSnapshot().messages.at(-1)
    if (!newest) throw new Error('empty')
    const edited = { ...newest, version: 400, content: 'edited' }
    timeline.apply({ type: 'message_updated', conversationId: 'c', version: 400, data: edited })
    timeline.apply({ type: 'message_updated', conversationId: 'c', version: 300, data: newest })
    expect(timeline.find('m300')?.content).toBe('edited')
  })

  test('a deletion leaves a tombstone in its place', async () => {
    await timeline.latest()
    timeline.apply({
      type: 'message_deleted',
      conversationId: 'c',
      version: 301,
      data: { messageId: 'm300', seq: 300, deletedAt: '2026-01-02T00:00:00.000Z' },
    })
    expect(timeline.find('m300')).toMatchObject({ content: null, deletedAt: '2026-01-02T00:00:00.000Z', seq: 300 })
  })

  test('a reaction counts each person once, and going back takes it away', async () => {
    await timeline.latest()
    const reaction = (action: 'add' | 'remove', version: number) =>
      timeline.apply({
        type: 'reaction',
        conversationId: 'c',
        version,
        data: { messageId: 'm300', emoji: '👍', userId: 'ada', action },
      })
    timeline.reactLocally('m300', '👍', 'ada', true)
    reaction('add', 301)
    expect(timeline.find('m300')?.reactions).toEqual([{ emoji: '👍', count: 1, userIds: ['ada'] }])
    reaction('remove', 302)
    expect(timeline.find('m300')?.reactions).toEqual([])
  })
})
