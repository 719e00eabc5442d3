import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { INPUT } from '~/ui/Field'
import { Popover } from '~/ui/Popover'
import { useWords } from '~/words'
import { all, type Emoji, search } from './data'

interface Props {
  anchor: HTMLElement
  onPick: (character: string) => void
  onClose: () => void
}

const FOUND = 80

export default function EmojiPicker({ anchor, onPick, onClose }: Props) {
  const words = useWords()
  const [text, setText] = useState('')
  const grid = useRef<HTMLDivElement>(null)
  const sections = useMemo(() => (text ? [search(text, FOUND)] : byGroup()), [text])

  /** The pictures are a grid in the order of reading: arrows go by one, or by a row. */
  function moveFocus(event: KeyboardEvent) {
    const buttons = [...(grid.current?.querySelectorAll('button') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const first = buttons[0]
    if (at < 0) {
      if (event.key === 'ArrowDown') first?.focus()
      else if (event.key === 'Enter') first?.click()
      else return
      event.preventDefault()
      return
    }
    const columns = buttons.findIndex((button) => button.offsetTop !== first?.offsetTop)
    const row = columns > 0 ? columns : buttons.length
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key]
    if (!step) return
    event.preventDefault()
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus()
  }

  return (
    <Popover anchor={anchor} onClose={onClose} className="md:w-80">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only moves the focus between the buttons inside. */}
      <div className="grid gap-2 p-1" onKeyDown={moveFocus}>
        <input
          type="search"
          data-autofocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={words.emoji.search}
          aria-label={words.emoji.search}
          className={INPUT}
        />
        <div ref={grid} className="max-h-64 overflow-y-auto thin-scroll max-md:max-h-[45dvh]">
          {text && sections[0]?.length === 0 && (
            <p role="status" className="p-4 text-center text-ink-3">
              {words.emoji.none}
            </p>
          )}
          {sections.map((emoji, index) => (
            <Section key={emoji[0]?.group ?? index} emoji={emoji} titled={!text} onPick={onPick} />
          ))}
        </div>
      </div>
    </Popover>
  )
}

function Section({ emoji, titled, onPick }: { emoji: Emoji[]; titled: boolean; onPick: (character: string) => void }) {
  const words = useWords()
  const title = words.emoji.groups[emoji[0]?.group ?? 0]
  return (
    <div
      role="group"
      aria-label={titled ? title : words.emoji.title}
      className="[contain-intrinsic-size:auto_400px] [content-visibility:auto]"
    >
      {titled && (
        <p aria-hidden="true" className="px-1 pt-2 pb-1 text-xs text-ink-3">
          {title}
        </p>
      )}
      <div className="grid grid-cols-[repeat(auto-fill,minmax(36px,1fr))] pointer-coarse:grid-cols-[repeat(auto-fill,minmax(44px,1fr))]">
        {emoji.map(({ character, shortcodes }) => (
          <button
            key={character}
            type="button"
            tabIndex={-1}
            title={shortcodes[0] && `:${shortcodes[0]}:`}
            onClick={() => onPick(character)}
            className="press grid aspect-square place-items-center rounded-sm text-xl hover:bg-raised"
          >
            {character}
          </button>
        ))}
      </div>
    </div>
  )
}

function byGroup(): Emoji[][] {
  const groups: Emoji[][] = []
  for (const emoji of all) {
    const group = groups[emoji.group] ?? []
    groups[emoji.group] = group
    group.push(emoji)
  }
  return groups.filter(Boolean)
}
