import { exact } from '~/platform/when'
import { Icon, type IconName } from '~/ui/Icon'
import { useWords } from '~/words'
import type { DeliveryStatus } from './rows'

const LOOKS: Record<DeliveryStatus, { icon: IconName; className: string }> = {
  queued: { icon: 'clock', className: 'text-ink-3' },
  failed: { icon: 'danger', className: 'text-danger' },
  sent: { icon: 'check', className: 'text-ink-3' },
  delivered: { icon: 'checks', className: 'text-ink-3' },
  read: { icon: 'checks', className: 'rounded-full bg-accent text-on-accent' },
}

/** How far a message has come: each step has a shape of its own, not only a colour. */
export function Receipt({ status, time }: { status: DeliveryStatus; time: string }) {
  const words = useWords()
  const label = words.timeline.status[status]
  const { icon, className } = LOOKS[status]
  return (
    <span
      role="img"
      aria-label={label}
      title={`${label} · ${exact(new Date(time))}`}
      data-status={status}
      className={`mb-0.5 grid size-4 shrink-0 place-items-center ${className}`}
    >
      <Icon name={icon} size={status === 'read' ? 12 : 16} />
    </span>
  )
}
