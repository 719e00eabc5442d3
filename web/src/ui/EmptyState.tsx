import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

interface Props {
  icon: IconName
  title: string
  hint?: string
  /** What to do next. */
  children?: ReactNode
}

export function EmptyState({ icon, title, hint, children }: Props) {
  return (
    <div className="m-auto grid max-w-xs justify-items-center gap-2 p-6 text-center">
      <span className="mb-1 grid size-14 place-items-center rounded-full bg-raised text-ink-3">
        <Icon name={icon} size={26} />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      {hint && <p className="text-ink-2">{hint}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  )
}
