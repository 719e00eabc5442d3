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

export function parse(text: string): Token[] {
  return marked.lexer(text)
}

export function isSafeLink(href: string): boolean {
  return SAFE_LINK.test(href)
}

const FEW_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v

/** One to three emoji and nothing else: these are shown larger. */
export function isFewEmoji(text: string): boolean {
  return text.length <= 48 && FEW_EMOJI.test(text)
}
