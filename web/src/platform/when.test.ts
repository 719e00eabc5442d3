import { expect, test } from 'vitest'
import { en } from '~/words/en'
import { day, daysBetween, short } from './when'

const now = new Date(2026, 5, 10, 9)

test('days are those of the calendar, not of 24 hours', () => {
  expect(daysBetween(new Date(2026, 5, 9, 23, 59), new Date(2026, 5, 10, 0, 1))).toBe(1)
  expect(daysBetween(new Date(2026, 5, 10, 0), new Date(2026, 5, 10, 23))).toBe(0)
})

test('a list says less the longer ago it was', () => {
  expect(short(new Date(2026, 5, 9, 23), now, en)).toBe('Yesterday')
  expect(short(new Date(2025, 5, 9), now, en)).toContain('2025')
  expect(day(new Date(2026, 5, 10, 1), now, en)).toBe('Today')
})
