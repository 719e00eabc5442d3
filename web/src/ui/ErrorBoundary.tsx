import { Component, type ReactNode } from 'react'
import { useWords } from '~/words'
import { Button } from './Button'
import { EmptyState } from './EmptyState'

interface State {
  error: Error | null
}

/** A defect in a view ends that view, not the page's sense: it says what is kept and how to go on. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override render() {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children
  }
}

function Broken({ error }: { error: Error }) {
  const words = useWords()
  return (
    <main className="flex min-h-dvh">
      <EmptyState page icon="danger" title={words.app.broken} hint={words.app.brokenHint}>
        <Button look="primary" onClick={() => location.reload()}>
          {words.app.reload}
        </Button>
        <p className="w-full text-sm text-ink-3">{error.message}</p>
      </EmptyState>
    </main>
  )
}
