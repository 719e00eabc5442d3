import { type MouseEvent, type PointerEvent, type SyntheticEvent, useLayoutEffect, useRef } from 'react'

/**
 * The behaviour of a native modal dialog: what is under it cannot be reached, focus starts at `[data-autofocus]` and
 * goes back afterwards, Escape and a press beside it close it. Give the answer to a `dialog` element.
 */
export function useModalDialog(onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null)
  const pressedBeside = useRef(false)

  // Closing before the element is gone lets the browser give the focus back, and whoever opens next take it.
  useLayoutEffect(() => {
    const element = ref.current
    element?.showModal()
    element?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => element?.close()
  }, [])

  return {
    ref,
    onCancel(event: SyntheticEvent) {
      event.preventDefault()
      onClose()
    },
    // A selection that starts in a field and ends beside the dialog is no wish to close it.
    onPointerDown(event: PointerEvent) {
      pressedBeside.current = event.target === ref.current
    },
    onClick(event: MouseEvent) {
      if (event.target === ref.current && pressedBeside.current) onClose()
    },
  }
}
