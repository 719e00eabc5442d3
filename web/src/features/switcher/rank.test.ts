import { expect, test } from 'vitest'
import { rank } from './rank'

test('a whole name beats a beginning, a beginning a later word, a later word a part', () => {
  const ranks = ['Bob', 'Bobby', 'Old Bob', 'Kabob', 'Ada'].map((title) => rank(title, 'bob'))
  expect(ranks).toEqual([4, 3, 2, 1, 0])
})

test('accents and case do not count', () => {
  expect(rank('Zoë Ångström', 'ZOE ang')).toBeGreaterThan(0)
})
