import { render } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { Markdown } from './Markdown'

function html(text: string): string {
  const { container } = render(<Markdown text={text} mentionable={new Set(['ada'])} />)
  for (const element of container.querySelectorAll('*')) element.removeAttribute('class')
  return container.innerHTML
}

describe('the subset', () => {
  test.each([
    ['**bold**', '<p><strong>bold</strong></p>'],
    ['*italic*', '<p><em>italic</em></p>'],
    ['~~strike~~', '<p><del>strike</del></p>'],
    ['`code`', '<p><code>code</code></p>'],
    ['one\ntwo', '<p>one\ntwo</p>'],
    ['> quote', '<blockquote><p>quote</p></blockquote>'],
    ['- a\n- b', '<ul><li><span>a</span></li><li><span>b</span></li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li><span>a</span></li><li><span>b</span></li></ol>'],
    ['hi @ada and @eve', '<p>hi <span>@ada</span> and @eve</p>'],
  ])('%j', (text, expected) => {
    expect(html(text)).toBe(`<div>${expected}</div>`)
  })

  test('links open apart and tell nothing', () => {
    expect(html('https://example.org')).toContain(
      '<a href="https://example.org" target="_blank" rel="noopener noreferrer nofollow">',
    )
  })

  test('fenced code is shown as it is', () => {
    const { container } = render(<Markdown text={'```\n<b>*x*</b>\n```'} mentionable={new Set()} />)
    expect(container.querySelector('pre code')?.textContent).toBe('<b>*x*</b>')
  })

  test('a few emoji are larger', () => {
    expect(html('👍🏽 🎉')).toBe('<p>👍🏽 🎉</p>')
    expect(html('👍 fine')).toBe('<div><p>👍 fine</p></div>')
  })
})

describe('no text can break the view', () => {
  test.each([
    ['quotes', '>'.repeat(2000)],
    ['quotes with spaces', '> '.repeat(30)],
    ['lists', '1. '.repeat(5400)],
    ['brackets', '['.repeat(16_000)],
  ])('%s without end', (_, text) => {
    const { container } = render(<Markdown text={text} mentionable={new Set()} />)
    expect(container.textContent).toBe(text)
  })

  test('as deep as somebody may mean is drawn', () => {
    const { container } = render(<Markdown text={`${'> '.repeat(5)}deep`} mentionable={new Set()} />)
    expect(container.querySelectorAll('blockquote')).toHaveLength(5)
  })
})

describe('what is not in it stays text', () => {
  test.each([
    '# heading',
    'title\n=====',
    '---',
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '![alt](https://example.org/x.png)',
    '[a](javascript:alert(1))',
    '[a]: https://example.org',
    '| a | b |\n| - | - |\n| 1 | 2 |',
  ])('%j', (text) => {
    const { container } = render(<Markdown text={text} mentionable={new Set()} />)
    expect(container.textContent).toBe(text)
    expect(container.querySelector('img, script, h1, hr, table, a[href^=javascript]')).toBeNull()
  })
})
