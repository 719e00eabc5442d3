import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '~/app/App'
import { startAnewWithoutParts } from '~/app/parts'
import { followPreferences } from '~/app/preferences'
import { restoreSession } from '~/features/auth/session'
import './styles.css'

startAnewWithoutParts()
followPreferences()
void restoreSession()
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
