/**
 * The Markdown subset of messages: bold, italic, strike, code, fenced code, quote, lists, links. What is not in it
 * (headings, tables, HTML, images, rules, reference links) stays the text that was written.
 */
import { Marked, type Token, Tokenizer, type Tokens } from 'marked'

class ChatTokenizer extends Tokenizer {
  override heading(): undefined {}
  override lheading(): undefined {}
  override hr(): undefined {}
  override table(): undefined {}
  override html(): undefined {}
  override tag(): undefined {}
  override def(): undefined {}
  override reflink(): undefined {}
  /** Indented code: in a message, indentation is just indentation. */
  override code(): undefined {}
}

const marked = new Marked({ gfm: true, breaks: true, tokenizer: new ChatTokenizer() as never })

/** Only these may be followed; anything else is shown as text. */
const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i

export type { Token, Tokens }

/** A line that opens more quotes and lists than this inside each other: nobody means that, and the lexer recurses. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t])){21}/m

/** Never fails: what the lexer cannot read stays the text that was written. */
export function parse(text: string): Token[] {
  if (TOO_DEEP.test(text)) return asWritten(text)
  try {
    return marked.lexer(text)
  } catch {
    return asWritten(text)
  }
}

function asWritten(text: string): Token[] {
  return [{ type: 'paragraph', raw: text, text }]
}

export function isSafeLink(href: string): boolean {
  return SAFE_LINK.test(href)
}

const FEW_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v

/** One to three emoji and nothing else: these are shown larger. */
export function isFewEmoji(text: string): boolean {
  return text.length <= 48 && FEW_EMOJI.test(text)
}
