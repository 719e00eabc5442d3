import { type PointerEvent, useRef } from 'react'

const HOLD_MS = 450
/** A finger that moves further is scrolling. */
const SLACK_PX = 10

/** Pointer handlers that call `onHold` with what a finger was held on. A mouse has its own ways. */
export function useLongPress(onHold: (target: HTMLElement) => void) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null)
  const cancel = () => {
    if (press.current) clearTimeout(press.current.timer)
    press.current = null
  }
  return {
    onPointerDown(event: PointerEvent) {
      if (event.pointerType !== 'touch') return
      const target = event.target as HTMLElement
      press.current = { timer: setTimeout(() => onHold(target), HOLD_MS), x: event.clientX, y: event.clientY }
    },
    onPointerMove(event: PointerEvent) {
      const start = press.current
      if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > SLACK_PX) cancel()
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
  }
}
