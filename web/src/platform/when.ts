/** Times as a person reads them, in the locale of the browser and the zone of the device. */
import type { Words } from '~/words'

const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const longDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })

/** Calendar days between two times, in the zone of the device. */
export function daysBetween(earlier: Date, later: Date): number {
  const midnight = (day: Date) => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate())
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000)
}

export function clock(at: Date): string {
  return time.format(at)
}

/** The time of day where there is no room for more: without "AM" and "PM". */
export function hourAndMinute(at: Date): string {
  const parts = time.formatToParts(at).filter(({ type }) => type !== 'dayPeriod')
  return parts
    .map(({ value }) => value)
    .join('')
    .trim()
}

export function exact(at: Date): string {
  return full.format(at)
}

/** For a list: the hour today, then the day, then the date. */
export function short(at: Date, now: Date, words: Words): string {
  const days = daysBetween(at, now)
  if (days <= 0) return time.format(at)
  if (days === 1) return words.list.yesterday
  if (days < 7) return weekday.format(at)
  return at.getFullYear() === now.getFullYear() ? dayAndMonth.format(at) : date.format(at)
}

/** For a separator between days. */
export function day(at: Date, now: Date, words: Words): string {
  const days = daysBetween(at, now)
  if (days <= 0) return words.timeline.today
  if (days === 1) return words.timeline.yesterday
  return at.getFullYear() === now.getFullYear() ? longDay.format(at) : longDate.format(at)
}
