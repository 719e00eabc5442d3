import { type KeyboardEvent, lazy, Suspense, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Conversation, Message } from '~/api/types'
import { useClient, useSelect } from '~/app/context'
import { part } from '~/app/parts'
import { titleOf } from '~/features/conversations/naming'
import { explain } from '~/features/timeline/useMessageCommands'
import { IconButton } from '~/ui/Button'
import { notify } from '~/ui/Notices'
import { useWords } from '~/words'
import { ComposerContext } from './ComposerContext'
import { closedShortcode, complete } from './completion'
import { StatusLine } from './StatusLine'
import { Suggestions } from './Suggestions'
import { useCompletion } from './useCompletion'

const EmojiPicker = lazy(() => part(() => import('~/features/emoji/EmojiPicker')))

const MAX_LENGTH = 16_384

export interface ComposerProps {
  conversation: Conversation
  /** The own message that is being changed, if any. */
  editing: Message | null
  onEdit: (message: Message | null) => void
  /** Sets the message that the next one answers. */
  onReply: (message: Message | null) => void
}

/**
 * The box one writes in. Its text is the conversation's draft, so it is kept by itself; while a message is being
 * edited the draft waits untouched.
 */
export function Composer({ conversation, editing, onEdit, onReply }: ComposerProps) {
  const words = useWords()
  const client = useClient()
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const draft = useSelect(client.drafts, (drafts) => drafts.get(conversation.id))
  const [edited, setEdited] = useState('')
  const [saving, setSaving] = useState(false)
  const [caret, setCaret] = useState(0)
  const [picker, setPicker] = useState<HTMLElement | null>(null)

  const text = editing ? edited : (draft?.text ?? '')
  const { completion, move, dismiss } = useCompletion(conversation, text, caret)
  const title = titleOf(conversation, client.me)
  const tooLong = [...text].length > MAX_LENGTH
  const empty = text.trim() === ''

  useLayoutEffect(() => {
    if (!onScreenKeyboard()) box.current?.focus()
  }, [])
  useEffect(() => {
    if (!editing) return
    setEdited(editing.content ?? '')
    box.current?.focus()
  }, [editing])
  useEffect(() => {
    if (draft?.replyTo) box.current?.focus()
  }, [draft?.replyTo])
  useAutoHeight(box, text)

  function change(next: string) {
    if (editing) return setEdited(next)
    client.drafts.set(conversation.id, { ...draft, text: next })
    if (next) client.typing.write(conversation.id)
    else client.typing.rest()
  }

  /** Puts text at the caret. */
  function replace(next: { text: string; caret: number }) {
    change(next.text)
    requestAnimationFrame(() => {
      box.current?.focus()
      box.current?.setSelectionRange(next.caret, next.caret)
      setCaret(next.caret)
    })
  }

  function insert(addition: string) {
    const { selectionStart = text.length, selectionEnd = text.length } = box.current ?? {}
    replace({
      text: text.slice(0, selectionStart) + addition + text.slice(selectionEnd),
      caret: selectionStart + addition.length,
    })
  }

  function choose(index: number) {
    const suggestion = completion?.suggestions[index]
    if (completion && suggestion) replace(complete(text, caret, completion.query, suggestion.insert))
  }

  async function submit() {
    const content = text.trim()
    if (content === '' || tooLong || saving) return
    if (editing) return save(editing, content)
    client.drafts.set(conversation.id, { text: '' })
    try {
      await client.send(conversation.id, content, draft?.replyTo)
    } catch {
      client.drafts.set(conversation.id, { ...draft, text })
      notify(words.composer.storageFailed, 'danger')
    }
  }

  /** The box holds the new text, unchangeable, until the server has it: a refused edit is not lost. */
  async function save(message: Message, content: string) {
    setSaving(true)
    try {
      if (content !== message.content) await client.edit(message, content)
      onEdit(null)
    } catch (error) {
      notify(explain(error, words), 'danger')
    } finally {
      setSaving(false)
    }
  }

  function editLast() {
    const { messages } = client.timeline(conversation.id).getSnapshot()
    const last = messages.findLast(
      ({ senderId, content, deletedAt }) => senderId === client.me && content && !deletedAt,
    )
    if (last) onEdit(last)
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    // An input method uses Enter and Escape itself. (Safari tells of the end of a composition too early, hence 229.)
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const handled = completion ? completionKey(event.key) : composerKey(event)
    if (handled) event.preventDefault()
  }

  function completionKey(key: string): boolean {
    if (key === 'ArrowDown') move(1)
    else if (key === 'ArrowUp') move(-1)
    else if (key === 'Enter' || key === 'Tab') choose(completion?.selected ?? 0)
    else if (key === 'Escape') dismiss()
    else return false
    return true
  }

  function composerKey(event: KeyboardEvent): boolean {
    if (event.key === 'Enter' && !event.shiftKey && !onScreenKeyboard()) void submit()
    else if (event.key === 'ArrowUp' && text === '' && !event.altKey) editLast()
    else if (event.key === 'Escape' && editing) onEdit(null)
    else if (event.key === 'Escape' && draft?.replyTo) onReply(null)
    else return false
    return true
  }

  function onChange(next: string, at: number) {
    setCaret(at)
    change(next)
    const closed = closedShortcode(next, at)
    if (!closed) return
    void import('~/features/emoji/data').then(({ byShortcode }) => {
      const emoji = byShortcode(closed.code)
      if (!emoji || box.current?.value !== next) return
      const head = next.slice(0, closed.start) + emoji.character
      replace({ text: head + next.slice(at), caret: head.length })
    })
  }

  return (
    <div className="safe-bottom bg-surface">
      <StatusLine conversation={conversation} />
      <div className="px-3 pb-3">
        <div className="relative rounded-md border border-field bg-surface focus-within:border-accent">
          {completion && <Suggestions id={id} completion={completion} onChoose={choose} />}
          <ComposerContext
            conversation={conversation}
            editing={editing}
            replyTo={draft?.replyTo}
            onCancel={() => (editing ? onEdit(null) : onReply(null))}
          />
          <div className="flex items-end gap-1 p-1">
            <textarea
              ref={box}
              rows={1}
              dir="auto"
              value={text}
              readOnly={saving}
              aria-label={words.composer.label(title)}
              aria-autocomplete="list"
              aria-controls={completion ? `${id}-list` : undefined}
              aria-activedescendant={completion ? `${id}-${completion.selected}` : undefined}
              placeholder={words.composer.placeholder}
              enterKeyHint={onScreenKeyboard() ? 'enter' : 'send'}
              onChange={(event) => onChange(event.target.value, event.target.selectionStart)}
              onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
              onKeyDown={onKeyDown}
              className="max-h-[40dvh] min-h-8 grow resize-none bg-transparent px-2 py-1.5 leading-[1.375rem] outline-none thin-scroll field-sizing-content pointer-coarse:min-h-11 pointer-coarse:py-2.5"
            />
            <IconButton
              icon="smile"
              label={words.composer.emoji}
              aria-haspopup="dialog"
              onClick={(event) => setPicker(event.currentTarget)}
            />
            <IconButton
              icon={editing ? 'check' : 'send'}
              label={editing ? words.composer.save : words.composer.send}
              disabled={empty || tooLong || saving}
              className={empty ? '' : 'bg-accent text-on-accent hover:bg-accent hover:text-on-accent'}
              onClick={() => {
                void submit()
                box.current?.focus()
              }}
            />
          </div>
        </div>
        {tooLong && (
          <p role="alert" className="pt-1 text-sm text-danger">
            {words.composer.tooLong(MAX_LENGTH)}
          </p>
        )}
      </div>
      {picker && (
        <Suspense>
          <EmojiPicker
            anchor={picker}
            onClose={() => setPicker(null)}
            onPick={(character) => {
              setPicker(null)
              insert(character)
            }}
          />
        </Suspense>
      )}
    </div>
  )
}

/** There Shift is no key to hold: Enter breaks the line, and the button sends. */
function onScreenKeyboard(): boolean {
  return window.matchMedia('(pointer: coarse)').matches
}

/** `field-sizing: content` does this in the style sheet; elsewhere the height follows by script. */
function useAutoHeight(box: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const element = box.current
    if (!element || CSS.supports('field-sizing', 'content')) return
    element.style.blockSize = 'auto'
    element.style.blockSize = `${element.scrollHeight}px`
  }, [box, text])
}
