import type { KeyboardEvent, ReactNode } from 'react'
import { Icon, type IconName } from './Icon'
import { Popover } from './Popover'

export interface MenuItem {
  label: string
  icon: IconName
  onSelect: () => void
  danger?: boolean
  /** The key that does the same, for show. */
  keys?: string
}

interface Props {
  label: string
  anchor: HTMLElement | null
  items: readonly MenuItem[]
  onClose: () => void
  /** Stands above the items. */
  children?: ReactNode
}

export function Menu({ label, anchor, items, onClose, children }: Props) {
  if (!anchor) return null
  return (
    <Popover anchor={anchor} onClose={onClose} className="min-w-52">
      {children}
      <div role="menu" aria-label={label} onKeyDown={moveFocus} tabIndex={-1}>
        {items.map((item, index) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            data-autofocus={index === 0 ? '' : undefined}
            tabIndex={index === 0 ? 0 : -1}
            className={`press flex min-h-9 w-full items-center gap-3 rounded-sm px-3 text-start hover:bg-raised focus-visible:bg-raised pointer-coarse:min-h-11 ${item.danger ? 'text-danger' : ''}`}
            onClick={() => {
              onClose()
              item.onSelect()
            }}
          >
            <Icon name={item.icon} size={18} className={item.danger ? '' : 'text-ink-2'} />
            <span className="grow">{item.label}</span>
            {item.keys && <kbd className="font-sans text-xs text-ink-3 pointer-coarse:hidden">{item.keys}</kbd>}
          </button>
        ))}
      </div>
    </Popover>
  )
}

/** Arrow keys, Home and End go round the items, as in any menu. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
  if (next === undefined) return
  event.preventDefault()
  items.at(next % items.length)?.focus()
}
