import { Fragment, memo, type ReactNode, useMemo } from 'react'
import { splitMentions } from '~/sync/mentions'
import { CodeBlock } from './CodeBlock'
import { isFewEmoji, isSafeLink, parse, type Token, type Tokens } from './parse'

interface Props {
  text: string
  /** Usernames that `@name` may mean here. */
  mentionable: ReadonlySet<string>
}

/** A message's text as React nodes. No HTML is ever made, so none can be injected. */
export const Markdown = memo(function Markdown({ text, mentionable }: Props) {
  const tokens = useMemo(() => parse(text), [text])
  if (isFewEmoji(text)) return <p className="text-[2rem] leading-10">{text}</p>
  return <div className="grid max-w-[68ch] grid-cols-[minmax(0,1fr)] gap-2">{blocks(tokens, mentionable)}</div>
})

function blocks(tokens: Token[], mentionable: ReadonlySet<string>): ReactNode {
  return tokens.map((token, index) => <Fragment key={index}>{block(token, mentionable)}</Fragment>)
}

function block(token: Token, mentionable: ReadonlySet<string>): ReactNode {
  switch (token.type) {
    case 'space':
      return null
    case 'code':
      return <CodeBlock code={(token as Tokens.Code).text} language={(token as Tokens.Code).lang} />
    case 'blockquote':
      return (
        <blockquote className="min-w-0 border-s-2 border-field ps-3 text-ink-2">
          {blocks((token as Tokens.Blockquote).tokens, mentionable)}
        </blockquote>
      )
    case 'list':
      return <List token={token as Tokens.List} mentionable={mentionable} />
    case 'paragraph':
      return <p className="whitespace-pre-wrap">{inlines(token, mentionable)}</p>
    case 'text':
      return <span className="whitespace-pre-wrap">{inlines(token, mentionable)}</span>
    default:
      return <p className="whitespace-pre-wrap">{token.raw}</p>
  }
}

function List({ token, mentionable }: { token: Tokens.List; mentionable: ReadonlySet<string> }) {
  const items = token.items.map((item, index) => (
    <li key={index} className="ps-1 marker:text-ink-3">
      {blocks(item.tokens, mentionable)}
    </li>
  ))
  if (!token.ordered) return <ul className="list-disc ps-6">{items}</ul>
  return (
    <ol start={token.start === '' ? 1 : token.start} className="list-decimal ps-6">
      {items}
    </ol>
  )
}

function inlines(token: Token, mentionable: ReadonlySet<string>): ReactNode {
  const children = 'tokens' in token ? token.tokens : undefined
  if (!children) return 'text' in token ? withMentions(token.text, mentionable) : token.raw
  return children.map((child, index) => <Fragment key={index}>{inline(child, mentionable)}</Fragment>)
}

function inline(token: Token, mentionable: ReadonlySet<string>): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong className="font-semibold">{inlines(token, mentionable)}</strong>
    case 'em':
      return <em>{inlines(token, mentionable)}</em>
    case 'del':
      return <del>{inlines(token, mentionable)}</del>
    case 'codespan':
      return (
        <code className="rounded-sm bg-raised px-1 font-mono text-[0.92em]">{(token as Tokens.Codespan).text}</code>
      )
    case 'br':
      return '\n'
    case 'link': {
      const { href, raw } = token as Tokens.Link
      if (!isSafeLink(href)) return raw
      return (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="text-accent underline underline-offset-2"
        >
          {inlines(token, mentionable)}
        </a>
      )
    }
    case 'text':
    case 'escape':
      return inlines(token, mentionable)
    default:
      return token.raw
  }
}

function withMentions(text: string, mentionable: ReadonlySet<string>): ReactNode {
  if (!text.includes('@')) return text
  return splitMentions(text).map((part, index) =>
    part.startsWith('@') && mentionable.has(part.slice(1).toLowerCase()) ? (
      <span key={index} className="rounded-sm bg-accent-soft px-0.5 font-semibold text-accent">
        {part}
      </span>
    ) : (
      part
    ),
  )
}
