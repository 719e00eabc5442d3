import { expect, test } from 'vitest'
import { all, byShortcode, search } from './data'

test('the plainest match of a shortcode comes first', () => {
  expect(search('smil', 3)[0]?.shortcodes).toContain('smile')
  expect(search('rocket', 1)[0]?.character).toBe('🚀')
})

test('other words find as well, after the shortcodes', () => {
  expect(search('celebrat', 20).map(({ character }) => character)).toContain('🎉')
})

test('every emoji has a shortcode of its own', () => {
  expect(byShortcode('tada')?.character).toBe('🎉')
  const without = all.filter(({ shortcodes }) => shortcodes.length === 0)
  expect(without).toEqual([])
})
