import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { useMedia } from './useMedia'
import { useModalDialog } from './useModalDialog'

/** From here on a panel is a column beside the rest. */
export const COLUMN = '(min-width: 90rem)'

interface Props {
  label: string
  onClose: () => void
  children: ReactNode
}

/** At the end edge: a column where there is room for a fourth one, else a modal drawer, which fills a narrow window. */
export function SidePanel(props: Props) {
  return useMedia(COLUMN) ? <Column {...props} /> : <Drawer {...props} />
}

function Column({ label, onClose, children }: Props) {
  const panel = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const element = panel.current
    const before = document.activeElement as HTMLElement | null
    return () => {
      if (element?.contains(document.activeElement)) before?.focus()
    }
  }, [])
  return (
    <aside
      ref={panel}
      aria-label={label}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="flex min-h-0 w-80 shrink-0 flex-col overflow-y-auto border-s border-line bg-surface thin-scroll"
    >
      {children}
    </aside>
  )
}

function Drawer({ label, onClose, children }: Props) {
  return (
    <dialog
      {...useModalDialog(onClose)}
      aria-label={label}
      className="ms-auto me-0 my-0 h-dvh max-h-none w-full max-w-none bg-surface p-0 text-ink shadow-float open:animate-[appear_180ms_ease-out] md:w-80"
    >
      <div className="flex h-full flex-col overflow-y-auto safe-bottom thin-scroll">{children}</div>
    </dialog>
  )
}
