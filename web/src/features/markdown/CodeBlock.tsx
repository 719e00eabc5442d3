import { type ReactNode, useEffect, useState } from 'react'
import { part } from '~/app/parts'
import { IconButton } from '~/ui/Button'
import { notify } from '~/ui/Notices'
import { useWords } from '~/words'

/** A fenced block. The highlighter is fetched when the first one with a language is seen. */
export function CodeBlock({ code, language }: { code: string; language?: string | undefined }) {
  const words = useWords()
  const highlighted = useHighlighted(code, language)

  async function copy() {
    await navigator.clipboard.writeText(code)
    notify(words.timeline.copied)
  }

  return (
    <div className="group/code relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <pre dir="ltr" tabIndex={0} className="overflow-x-auto rounded-sm bg-raised p-3 font-mono text-sm thin-scroll">
        <code>{highlighted ?? code}</code>
      </pre>
      {navigator.clipboard && (
        <IconButton
          icon="copy"
          label={words.timeline.copyCode}
          size={16}
          tabIndex={-1}
          className="absolute end-1 top-1 bg-raised opacity-0 group-hover/code:opacity-100 focus-visible:opacity-100"
          onClick={() => void copy()}
        />
      )}
    </div>
  )
}

function useHighlighted(code: string, language: string | undefined): ReactNode {
  const [nodes, setNodes] = useState<ReactNode>(null)
  useEffect(() => {
    let current = true
    setNodes(null)
    if (!language) return
    void part(() => import('./highlight')).then(({ highlight }) => {
      if (current) setNodes(highlight(code, language))
    })
    return () => {
      current = false
    }
  }, [code, language])
  return nodes
}
