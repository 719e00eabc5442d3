import { describe, expect, test } from 'vitest'
import type { Participant } from '~/api/types'
import { closedShortcode, complete, matchMembers, queryAt } from './completion'

describe('what is asked for', () => {
  test.each([
    ['hi :sm', { kind: 'emoji', text: 'sm', start: 3 }],
    [':ta', { kind: 'emoji', text: 'ta', start: 0 }],
    ['@', { kind: 'mention', text: '', start: 0 }],
    ['(@ad', { kind: 'mention', text: 'ad', start: 1 }],
    ['at 12:30', null],
    ['me@example', null],
    [':s', null],
    ['@ada ', null],
  ])('%j', (text, expected) => {
    expect(queryAt(text, text.length)).toEqual(expected)
  })

  test('only what is before the caret counts', () => {
    expect(queryAt('@ada and more', 3)).toEqual({ kind: 'mention', text: 'ad', start: 0 })
  })
})

test('choosing replaces the question and leaves one space', () => {
  expect(complete('hi @ad there', 6, { kind: 'mention', text: 'ad', start: 3 }, '@ada')).toEqual({
    text: 'hi @ada there',
    caret: 8,
  })
})

test('a closed shortcode is found', () => {
  expect(closedShortcode('yes :Tada:', 10)).toEqual({ code: 'tada', start: 4 })
  expect(closedShortcode('12:30:', 6)).toEqual({ code: '30', start: 2 })
  expect(closedShortcode('plain', 5)).toBeNull()
})

test('members are found by any of their names, not oneself', () => {
  const member = (userId: string, username: string, displayName: string): Participant => ({
    userId,
    username,
    displayName,
    role: 'member',
    lastReadSeq: 0,
    lastDeliveredSeq: 0,
  })
  const members = [member('1', 'ada', 'Ada Lovelace'), member('2', 'bob', 'Bob Martin')]
  expect(matchMembers(members, 'love', 'me').map(({ insert }) => insert)).toEqual(['@ada'])
  expect(matchMembers(members, '', '1').map(({ insert }) => insert)).toEqual(['@bob'])
})
