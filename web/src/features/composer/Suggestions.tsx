import { useLayoutEffect } from 'react'
import { useWords } from '~/words'
import type { Completion } from './useCompletion'

interface Props {
  id: string
  completion: Completion
  onChoose: (index: number) => void
}

/** The list over the box. The focus stays in the text; the box names the selected option. */
export function Suggestions({ id, completion, onChoose }: Props) {
  const words = useWords()
  const active = `${id}-${completion.selected}`
  useLayoutEffect(() => {
    document.getElementById(active)?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label={words.composer.suggestions}
      className="absolute start-0 bottom-full z-20 mb-1 max-h-72 w-full max-w-sm overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-float"
    >
      {completion.suggestions.map(({ key, label, hint }, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the box has the keys.
        <div
          key={key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === completion.selected}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(index)}
          className={`flex min-h-9 items-center gap-3 rounded-sm px-3 pointer-coarse:min-h-11 ${index === completion.selected ? 'bg-accent-soft marked' : 'hover:bg-raised'}`}
        >
          <span dir="auto">{label}</span>
          <span className="truncate text-sm text-ink-3">{hint}</span>
        </div>
      ))}
    </div>
  )
}
