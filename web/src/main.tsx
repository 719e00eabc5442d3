import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '~/app/App'
import { followPreferences } from '~/app/preferences'
import { restoreSession } from '~/features/auth/session'
import './styles.css'

// After an update of the server the chunks of the old page are gone. Drafts and the queue are kept, so start anew.
window.addEventListener('vite:preloadError', (event) => {
  event.preventDefault()
  location.reload()
})

followPreferences()
void restoreSession()
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
