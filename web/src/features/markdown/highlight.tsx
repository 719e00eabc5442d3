/** Highlighting as React nodes. In a chunk of its own: grammars are heavy and most messages have no code. */
import { common, createLowlight } from 'lowlight'
import { Fragment, type ReactNode } from 'react'

const lowlight = createLowlight(common)

type Node = ReturnType<typeof lowlight.highlight>['children'][number]

/** Null for a language that is not known. */
export function highlight(code: string, language: string): ReactNode {
  if (!lowlight.registered(language)) return null
  return lowlight.highlight(language, code).children.map(draw)
}

function draw(node: Node, index: number): ReactNode {
  if (node.type === 'text') return <Fragment key={index}>{node.value}</Fragment>
  if (node.type !== 'element') return null
  return (
    <span key={index} className={(node.properties.className as string[] | undefined)?.join(' ')}>
      {node.children.map((child, at) => draw(child as Node, at))}
    </span>
  )
}
