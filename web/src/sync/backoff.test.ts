import { expect, test } from 'vitest'
import { backoff } from './backoff'

test('the bound doubles up to a cap, and the delay is anywhere below it', () => {
  const bounds = [0, 1, 2, 3, 10].map((attempt) => backoff(attempt, () => 1))
  expect(bounds).toEqual([500, 1000, 2000, 4000, 15_000])
  expect(backoff(4, () => 0)).toBe(0)
})
