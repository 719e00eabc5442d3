import type { ComponentProps } from 'react'
import { Icon, type IconName } from './Icon'

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-[color-mix(in_oklab,var(--accent)_88%,var(--ink))]',
  quiet: 'border border-line bg-surface text-ink hover:bg-raised',
  danger: 'border border-line bg-surface text-danger hover:bg-raised',
} as const

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof LOOKS
  icon?: IconName
  busy?: boolean
  'data-autofocus'?: boolean
}

/** While `busy` it keeps its place and focus, and does nothing. */
export function Button({
  look = 'quiet',
  icon,
  busy = false,
  className = '',
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      className={`press inline-flex min-h-10 items-center justify-center gap-2 rounded-sm px-4 font-semibold disabled:opacity-50 pointer-coarse:min-h-11 ${LOOKS[look]} ${busy ? 'opacity-60' : ''} ${className}`}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  icon: IconName
  label: string
  size?: number
}

export function IconButton({ icon, label, size = 20, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`press target rounded-sm text-ink-2 hover:bg-raised hover:text-ink disabled:opacity-40 ${className}`}
      {...rest}
    >
      <Icon name={icon} size={size} />
    </button>
  )
}
