import { type MouseEvent, type PointerEvent, useRef } from 'react'

const HOLD_MS = 450
/** A finger that moves further is scrolling. */
const SLACK_PX = 10

/**
 * Pointer handlers that call `onHold` with what a finger was held on. A mouse has its own ways. The call comes as the
 * finger lifts: a popover that opened under the finger would be dismissed by that very release.
 */
export function useLongPress(onHold: (target: HTMLElement) => void) {
  const press = useRef<{ target: HTMLElement; timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null)
  const held = useRef(false)
  const cancel = () => {
    if (press.current) clearTimeout(press.current.timer)
    press.current = null
  }
  return {
    onPointerDown(event: PointerEvent) {
      held.current = false
      cancel()
      const target = event.target as HTMLElement
      // A link has a menu of the browser's own.
      if (event.pointerType !== 'touch' || target.closest('a')) return
      const hold = () => {
        held.current = true
        navigator.vibrate?.(10)
      }
      press.current = { target, timer: setTimeout(hold, HOLD_MS), x: event.clientX, y: event.clientY }
    },
    onPointerMove(event: PointerEvent) {
      const start = press.current
      if (!start || Math.hypot(event.clientX - start.x, event.clientY - start.y) <= SLACK_PX) return
      held.current = false
      cancel()
    },
    onPointerUp() {
      const { target } = press.current ?? {}
      cancel()
      if (held.current && target) onHold(target)
    },
    onPointerCancel() {
      held.current = false
      cancel()
    },
    /** The browser would offer to select or save what is under the finger. */
    onContextMenu(event: MouseEvent) {
      if (press.current) event.preventDefault()
    },
    /** The release of a finger that was held is not also a press on what is under it. */
    onClickCapture(event: MouseEvent) {
      if (!held.current || event.detail === 0) return
      held.current = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
