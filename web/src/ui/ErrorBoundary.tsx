import { Component, type ReactNode } from 'react'
import { useWords } from '~/words'
import { Button } from './Button'
import { EmptyState } from './EmptyState'

interface State {
  error: Error | null
}

interface Props {
  children: ReactNode
  /** What stands in the place of the view that failed; without it, that it failed and how to go on. */
  fallback?: ReactNode
  /** The view is the whole page, not a pane of it. */
  page?: boolean
}

/** A defect in a view ends that view and nothing around it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override render() {
    const { children, fallback, page = false } = this.props
    if (!this.state.error) return children
    return fallback ?? <Broken error={this.state.error} page={page} />
  }
}

function Broken({ error, page }: { error: Error; page: boolean }) {
  const words = useWords()
  const Place = page ? 'main' : 'div'
  return (
    <Place className={page ? 'flex min-h-dvh' : 'flex min-w-0 grow bg-surface'}>
      <EmptyState page icon="danger" title={words.app.broken} hint={words.app.brokenHint}>
        <Button look="primary" onClick={() => location.reload()}>
          {words.app.reload}
        </Button>
        <p className="w-full text-sm text-ink-3">{error.message}</p>
      </EmptyState>
    </Place>
  )
}
