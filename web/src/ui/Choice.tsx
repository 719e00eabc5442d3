import { useId } from 'react'

interface Props<T extends string> {
  label: string
  options: Record<T, string>
  value: T
  onChange: (value: T) => void
}

/** One of a few: radio buttons that look like a row of segments. */
export function Choice<T extends string>({ label, options, value, onChange }: Props<T>) {
  const name = useId()
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-sm font-semibold">{label}</legend>
      <div className="flex flex-wrap gap-1 justify-self-start rounded-sm bg-raised p-1">
        {(Object.entries(options) as [T, string][]).map(([option, text]) => (
          <label
            key={option}
            className="press grid min-h-9 cursor-pointer place-items-center rounded-sm px-4 text-ink-2 has-checked:bg-surface has-checked:font-semibold has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-11 forced-colors:has-checked:outline-2"
          >
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
              className="sr-only"
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
