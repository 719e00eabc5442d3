import { expect, test } from 'vitest'
import { conversation } from '~/test/world'
import { mentionedIn } from './mentions'

test.each([
  ['hi @ada', ['ada']],
  ['@Bob, @ada and @bob.', ['ada', 'bob']],
  ['me@adan.example and @adam', []],
])('%j', (text, expected) => {
  expect(mentionedIn(text, conversation().participants)).toEqual(expected)
})
