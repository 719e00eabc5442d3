import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

interface Props {
  icon: IconName
  title: string
  hint?: string
  /** It is the whole page, so its title is the page's heading. */
  page?: boolean
  /** What to do next. */
  children?: ReactNode
}

export function EmptyState({ icon, title, hint, page = false, children }: Props) {
  const Title = page ? 'h1' : 'p'
  return (
    <div className="m-auto grid max-w-xs justify-items-center gap-2 p-6 text-center">
      <span className="mb-1 grid size-14 place-items-center rounded-full bg-raised text-ink-3">
        <Icon name={icon} size={26} />
      </span>
      <Title className="text-lg font-semibold">{title}</Title>
      {hint && <p className="text-balance text-ink-2">{hint}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  )
}
