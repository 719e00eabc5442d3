import { type MouseEvent, type PointerEvent, type TouchEvent, useRef } from 'react'

const HOLD_MS = 450
/** A finger that moves further is scrolling. */
const SLACK_PX = 10

/**
 * Handlers that call `onHold` with what a finger was held on. A mouse has its own ways. The call comes when the finger
 * has lifted: a popover that opened under it would be dismissed by that very release, or by the click that follows.
 */
export function useLongPress(onHold: (target: HTMLElement) => void) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null)
  const held = useRef<HTMLElement | null>(null)
  const cancel = () => {
    if (press.current) clearTimeout(press.current.timer)
    press.current = null
    held.current = null
  }
  return {
    onPointerDown(event: PointerEvent) {
      cancel()
      const target = event.target as HTMLElement
      // A link has a menu of the browser's own.
      if (event.pointerType !== 'touch' || target.closest('a')) return
      const hold = () => {
        held.current = target
        navigator.vibrate?.(10)
      }
      press.current = { timer: setTimeout(hold, HOLD_MS), x: event.clientX, y: event.clientY }
    },
    onPointerMove(event: PointerEvent) {
      const start = press.current
      if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > SLACK_PX) cancel()
    },
    onPointerCancel: cancel,
    onTouchEnd(event: TouchEvent) {
      const target = held.current
      cancel()
      if (!target) return
      // No click follows then, on what is under the finger or beside what opens now.
      event.preventDefault()
      onHold(target)
    },
    /** The browser would offer to select or save what is under the finger. */
    onContextMenu(event: MouseEvent) {
      if (press.current) event.preventDefault()
    },
  }
}
