import type { ComponentProps, MouseEvent } from 'react'
import { address } from './location'

interface Props extends Omit<ComponentProps<'a'>, 'href' | 'onClick'> {
  to: string
}

/** A link within the client. With a modifier key it is the browser's, which opens a tab. */
export function Link({ to, ...rest }: Props) {
  function follow(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    address.go(to, { replace: address.getSnapshot().path === to })
  }
  return <a href={to} onClick={follow} {...rest} />
}
