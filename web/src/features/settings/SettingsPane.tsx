import { Link } from '~/app/Link'
import { Icon } from '~/ui/Icon'
import { useWords } from '~/words'
import { Appearance } from './Appearance'
import { ProfileForm } from './ProfileForm'
import { Sessions } from './Sessions'
import type { Section } from './SettingsNav'

const VIEWS: Record<Section, () => React.ReactNode> = {
  profile: ProfileForm,
  appearance: Appearance,
  sessions: Sessions,
}

export default function SettingsPane({ section }: { section: Section }) {
  const words = useWords()
  const View = VIEWS[section]
  return (
    <section aria-label={words.settings[section]} className="min-w-0 grow overflow-y-auto bg-surface thin-scroll">
      <header className="flex min-h-14 items-center gap-2 border-b border-line px-2 md:px-6">
        <Link
          to="/app/settings"
          aria-label={words.app.back}
          className="press target rounded-sm text-ink-2 hover:bg-raised md:hidden"
        >
          <Icon name="back" />
        </Link>
        <h1 className="text-lg font-semibold">{words.settings[section]}</h1>
      </header>
      <div className="max-w-xl p-4 md:p-6">
        <View />
      </div>
    </section>
  )
}
