/** How the client looks on this device. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export type Theme = 'system' | 'light' | 'dark'
export type Density = 'comfortable' | 'compact'

interface Preferences {
  theme: Theme
  density: Density
}

export const usePreferences = create<Preferences>()(
  persist(() => ({ theme: 'system' as Theme, density: 'comfortable' as Density }), { name: 'kith.preferences' }),
)

/** Writes the preferences where the style sheet reads them, now and on every change, in this tab and in others. */
export function followPreferences(): void {
  const root = document.documentElement
  const apply = ({ theme, density }: Preferences) => {
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
    root.dataset.density = density
  }
  apply(usePreferences.getState())
  usePreferences.subscribe(apply)
  window.addEventListener('storage', (event) => {
    if (event.key === 'kith.preferences') void usePreferences.persist.rehydrate()
  })
}
