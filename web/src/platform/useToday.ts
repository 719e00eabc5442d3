import { useSyncExternalStore } from 'react'
import { Observable } from '~/sync/observable'

function startOfDay(): Date {
  return new Date(new Date().setHours(0, 0, 0, 0))
}

class Today extends Observable<Date> {
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super(startOfDay())
    this.#look()
    // The timers of a machine that slept are late.
    document.addEventListener('visibilitychange', this.#look)
  }

  readonly #look = (): void => {
    clearTimeout(this.#timer)
    const now = startOfDay()
    if (now.getTime() !== this.getSnapshot().getTime()) this.publish(now)
    this.#timer = setTimeout(this.#look, new Date(now).setDate(now.getDate() + 1) - Date.now())
  }
}

const today = new Today()

/** The start of today in the zone of the device: what is said relative to it is drawn again at midnight. */
export function useToday(): Date {
  return useSyncExternalStore(today.subscribe, today.getSnapshot)
}
