import { describe, expect, test } from 'vitest'
import { ada, bob, conversation, message } from '~/test/world'
import { buildRows, deliveryStatus, type Window } from './rows'

function timeline(part: Partial<Window>): Window {
  return { messages: [], reachedStart: true, reachedEnd: true, dividerSeq: null, ...part }
}

const outgoing = { clientMessageId: 'o1', conversationId: 'c', content: 'mine', createdAt: '2026-01-01T12:30:00.000Z' }

describe('rows', () => {
  test('the same sender within five minutes groups; a pause, another sender or a reply does not', () => {
    const messages = [
      message(1),
      message(2),
      message(3, { senderId: ada.id }),
      message(4, { senderId: ada.id, replyTo: 'm1' }),
      message(20, { senderId: ada.id }),
    ]
    const starts = buildRows(timeline({ messages }), [], ada.id).map(({ startsGroup }) => startsGroup)
    expect(starts).toEqual([true, false, true, true, true])
  })

  test('a day starts at midnight of the device', () => {
    const at = (day: number, hour: number) => new Date(2026, 0, day, hour).toISOString()
    const messages = [at(1, 22), at(1, 23), at(2, 0)].map((createdAt, index) => message(index + 1, { createdAt }))
    const days = buildRows(timeline({ messages }), [], ada.id).map(({ startsDay }) => startsDay)
    expect(days).toEqual([true, false, true])
  })

  test('the divider stands before the first unread message of somebody else', () => {
    const messages = [message(1), message(2, { senderId: ada.id }), message(3), message(4)]
    const rows = buildRows(timeline({ messages, dividerSeq: 2 }), [], ada.id)
    expect(rows.filter(({ startsUnread }) => startsUnread).map(({ message }) => message.seq)).toEqual([3])
  })

  test('while there are older ones, the oldest loaded message only gives context', () => {
    const messages = [message(7), message(8), message(9)]
    const before = buildRows(timeline({ messages, reachedStart: false }), [], ada.id)
    expect(before.map(({ message }) => message.seq)).toEqual([8, 9])
    const grown = [message(5), message(6), ...messages]
    const after = buildRows(timeline({ messages: grown, reachedStart: false }), [], ada.id)
    expect(after.slice(-2)).toEqual(before)
  })

  test('an unsent message shows also while newer ones than those of the window exist, apart from them', () => {
    const [, unsent] = buildRows(timeline({ messages: [message(1)], reachedEnd: false }), [outgoing], ada.id)
    expect(unsent).toMatchObject({ key: 'o1', startsDay: true })
  })

  test('an unsent message keeps its row when the server has taken it', () => {
    const unsent = buildRows(timeline({}), [outgoing], ada.id)
    const stored = message(1, { senderId: ada.id, clientMessageId: 'o1' })
    const sent = buildRows(timeline({ messages: [stored] }), [outgoing], ada.id)
    expect(unsent.map(({ key }) => key)).toEqual(['o1'])
    expect(sent.map(({ key, outgoing: entry }) => ({ key, entry }))).toEqual([{ key: 'o1', entry: null }])
  })
})

describe('how far an own message has come', () => {
  const sent = message(5, { senderId: ada.id })
  const statusWith = (bobs: object, others: object[] = []) => {
    const [own, other] = conversation().participants
    const participants = [own, { ...other, ...bobs }, ...others] as never
    const [row] = buildRows(timeline({ messages: [sent] }), [], ada.id)
    return row && deliveryStatus(row, conversation({ participants }), ada.id)
  }

  test('follows the marker of the other', () => {
    expect(statusWith({ userId: bob.id, lastDeliveredSeq: 4 })).toBe('sent')
    expect(statusWith({ userId: bob.id, lastDeliveredSeq: 5 })).toBe('delivered')
    expect(statusWith({ userId: bob.id, lastReadSeq: 5 })).toBe('read')
  })

  test('in a group waits for the last one', () => {
    const slow = { userId: 'eli', username: 'eli', displayName: 'Eli', role: 'member', lastDeliveredSeq: 5 }
    expect(statusWith({ userId: bob.id, lastReadSeq: 9 }, [slow])).toBe('delivered')
  })

  test('says when it waits and when it failed', () => {
    const status = (entry: typeof outgoing & { failure?: string }) => {
      const [row] = buildRows(timeline({}), [entry], ada.id)
      return row && deliveryStatus(row, conversation(), ada.id)
    }
    expect(status(outgoing)).toBe('queued')
    expect(status({ ...outgoing, failure: 'No.' })).toBe('failed')
  })
})
