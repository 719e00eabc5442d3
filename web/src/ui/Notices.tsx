/** Short notes at the edge of the window: something failed, something was copied. They go by themselves. */
import { create } from 'zustand'

interface Notice {
  id: number
  text: string
  look: 'info' | 'danger'
}

const SHOWN_MS = 5000
let lastId = 0

const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }))

export function notify(text: string, look: Notice['look'] = 'info'): void {
  const id = ++lastId
  useNotices.setState(({ notices }) => ({ notices: [...notices, { id, text, look }] }))
  setTimeout(
    () => useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
    SHOWN_MS,
  )
}

export function Notices() {
  const { notices } = useNotices()
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-50 grid justify-items-center gap-2 px-4"
    >
      {notices.map(({ id, text, look }) => (
        <p
          key={id}
          className={`animate-[rise_180ms_ease-out] rounded-sm bg-ink px-4 py-2 text-sm text-bg shadow-float forced-colors:border ${look === 'danger' ? 'font-semibold' : ''}`}
        >
          {text}
        </p>
      ))}
    </div>
  )
}
