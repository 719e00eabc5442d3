import { type KeyboardEvent, useId, useLayoutEffect, useState } from 'react'

/**
 * A list of options under a text box that keeps the focus: arrows go round the options, Enter takes the active one,
 * which is always in view. `label` says what is looked for; `take` is given the option's place in `keys`.
 */
export function useListbox(label: string, keys: readonly string[], take: (index: number) => void) {
  const id = useId()
  const [selected, setSelected] = useState(0)
  const at = Math.max(0, Math.min(selected, keys.length - 1))
  const active = keys[at] === undefined ? undefined : `${id}-${keys[at]}`

  useLayoutEffect(() => {
    if (active) document.getElementById(active)?.scrollIntoView({ block: 'nearest' })
  }, [active])

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1
      if (keys.length > 0) setSelected((at + step + keys.length) % keys.length)
    } else if (event.key === 'Enter') {
      if (keys.length > 0) take(at)
    } else return
    event.preventDefault()
  }

  return {
    /** The first option is the active one again, as after a change of the text. */
    reset: () => setSelected(0),
    onKeyDown,
    box: {
      role: 'combobox',
      'aria-label': label,
      'aria-expanded': keys.length > 0,
      'aria-controls': `${id}-list`,
      'aria-activedescendant': active,
      'aria-autocomplete': 'list',
      autoComplete: 'off',
      'data-autofocus': true,
    } as const,
    list: { role: 'listbox', id: `${id}-list`, 'aria-label': label } as const,
    option: (index: number) =>
      ({
        role: 'option',
        id: `${id}-${keys[index]}`,
        'aria-selected': index === at,
        // The focus stays in the box.
        onMouseDown: (event: { preventDefault: () => void }) => event.preventDefault(),
        onClick: () => take(index),
      }) as const,
  }
}
