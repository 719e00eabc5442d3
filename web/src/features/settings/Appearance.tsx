import { usePreferences } from '~/app/preferences'
import { Choice } from '~/ui/Choice'
import { useWords } from '~/words'

export function Appearance() {
  const words = useWords()
  const { theme, density } = usePreferences()
  return (
    <div className="grid gap-6">
      <Choice
        label={words.settings.theme}
        options={words.settings.themes}
        value={theme}
        onChange={(chosen) => usePreferences.setState({ theme: chosen })}
      />
      <Choice
        label={words.settings.density}
        options={words.settings.densities}
        value={density}
        onChange={(chosen) => usePreferences.setState({ density: chosen })}
      />
    </div>
  )
}
