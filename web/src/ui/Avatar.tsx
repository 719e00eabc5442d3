import type { UserStatus } from '~/api/types'
import { useWords } from '~/words'

/** Muted tints that carry the initials at 4.5:1 in both themes; which one is a person's follows from their id. */
const HUES = [172, 205, 258, 300, 340, 22, 48, 96]

function hue(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) >>> 0
  return HUES[sum % HUES.length] as number
}

function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters.map((word) => [...(word ?? '?')][0]?.toLocaleUpperCase()).join('')
}

interface Props {
  id: string
  name: string
  size: 20 | 28 | 36 | 40 | 72
  /** Shows a presence mark with its own shape for each status. */
  status?: UserStatus | undefined
}

export function Avatar({ id, name, size, status }: Props) {
  const angle = hue(id)
  return (
    <span className="relative inline-block shrink-0" style={{ inlineSize: size, blockSize: size }}>
      <span
        aria-hidden="true"
        className="grid size-full place-items-center rounded-full font-semibold select-none"
        style={{
          backgroundColor: `light-dark(oklch(0.91 0.045 ${angle}), oklch(0.33 0.05 ${angle}))`,
          color: `light-dark(oklch(0.4 0.085 ${angle}), oklch(0.88 0.06 ${angle}))`,
          fontSize: size * 0.38,
          lineHeight: 1,
        }}
      >
        {initials(name)}
      </span>
      {status && status !== 'offline' && <PresenceMark status={status} />}
    </span>
  )
}

function PresenceMark({ status }: { status: Exclude<UserStatus, 'offline'> }) {
  const { presence } = useWords()
  const colour = { online: 'text-ok', away: 'text-warn', dnd: 'text-danger' }[status]
  return (
    <svg
      role="img"
      aria-label={presence[status]}
      viewBox="0 0 12 12"
      className={`absolute -end-0.5 -bottom-0.5 size-3.5 rounded-full bg-surface p-0.5 ${colour}`}
    >
      {status === 'online' && <circle cx="6" cy="6" r="5.5" fill="currentColor" />}
      {status === 'away' && <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="2.4" />}
      {status === 'dnd' && <path d="M6 .5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM3 5h6v2H3z" fill="currentColor" />}
    </svg>
  )
}
