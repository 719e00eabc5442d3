import { type ComponentProps, type ReactNode, useId } from 'react'

export const INPUT =
  'w-full min-h-10 rounded-sm border border-field bg-surface px-3 py-2 text-ink pointer-coarse:min-h-11 aria-invalid:border-danger'

interface Props extends ComponentProps<'input'> {
  label: string
  hint?: string | undefined
  error?: string | undefined
  optional?: string | undefined
  /** Stands at the end of the box, for example a button that shows the password. */
  end?: ReactNode
  'data-autofocus'?: boolean
}

export function Field({ label, hint, error, optional, end, ...input }: Props) {
  const id = useId()
  const described = error ? `${id}-error` : hint && `${id}-hint`
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="flex justify-between text-sm font-semibold">
        {label}
        {optional && ' '}
        {optional && <span className="font-normal text-ink-3">{optional}</span>}
      </label>
      <div className="relative">
        <input
          id={id}
          className={`${INPUT} ${end ? 'pe-12' : ''}`}
          aria-invalid={error ? true : undefined}
          aria-describedby={described}
          {...input}
        />
        {end && <div className="absolute inset-y-0 end-1 grid place-items-center">{end}</div>}
      </div>
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
      {hint && !error && (
        <p id={`${id}-hint`} className="text-sm text-ink-3">
          {hint}
        </p>
      )}
    </div>
  )
}
