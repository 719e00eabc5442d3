import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'

interface Props {
  /** The element it belongs to; null closes. */
  anchor: HTMLElement | null
  onClose: () => void
  children: ReactNode
  className?: string
}

const GAP = 4
const MARGIN = 8

/**
 * A native popover beside its anchor: Escape and a press elsewhere close it. On a narrow window it is a sheet from
 * below. Focus goes to its first `[data-autofocus]`, and afterwards back to where it was.
 */
export function Popover({ anchor, onClose, children, className = '' }: Props) {
  const popover = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  close.current = onClose

  useLayoutEffect(() => {
    const element = popover.current
    if (!element || !anchor) return
    const before = document.activeElement as HTMLElement | null
    element.showPopover()
    if (window.matchMedia('(min-width: 48rem)').matches) placeBeside(element, anchor)
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      if (element.contains(document.activeElement)) before?.focus()
    }
  }, [anchor])

  useEffect(() => {
    const element = popover.current
    const toggled = (event: Event) => (event as ToggleEvent).newState === 'closed' && close.current()
    element?.addEventListener('toggle', toggled)
    return () => element?.removeEventListener('toggle', toggled)
  }, [])

  return (
    <div
      ref={popover}
      popover="auto"
      className={`fixed inset-auto m-0 rounded-md border border-line bg-surface p-1 text-ink shadow-float max-md:inset-x-0 max-md:bottom-0 max-md:w-full max-md:rounded-b-none max-md:safe-bottom max-md:backdrop:bg-[rgb(8_10_12/45%)] ${className}`}
    >
      {children}
    </div>
  )
}

function placeBeside(element: HTMLElement, anchor: HTMLElement): void {
  const beside = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = element
  const below = beside.bottom + GAP
  const top = below + height + MARGIN <= window.innerHeight ? below : Math.max(MARGIN, beside.top - GAP - height)
  const rtl = getComputedStyle(anchor).direction === 'rtl'
  const wanted = rtl ? beside.left : beside.right - width
  const left = Math.max(MARGIN, Math.min(wanted, window.innerWidth - width - MARGIN))
  element.style.top = `${top}px`
  element.style.left = `${left}px`
}
