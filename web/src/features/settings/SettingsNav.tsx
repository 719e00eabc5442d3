import { useState } from 'react'
import { useClient, useSelect } from '~/app/context'
import { openDialog } from '~/app/interface'
import { Link } from '~/app/Link'
import { signOut } from '~/features/auth/session'
import { nameOf } from '~/features/conversations/naming'
import { explain } from '~/features/timeline/useMessageCommands'
import { Avatar } from '~/ui/Avatar'
import { Confirm } from '~/ui/Confirm'
import { Icon, type IconName } from '~/ui/Icon'
import { useWords } from '~/words'

export const SECTIONS = ['profile', 'appearance', 'sessions'] as const
export type Section = (typeof SECTIONS)[number]

const ICONS: Record<Section, IconName> = { profile: 'person', appearance: 'contrast', sessions: 'device' }

const ROW = 'press flex min-h-11 w-full items-center gap-3 rounded-sm px-3 text-start'
const CHOSEN = 'md:bg-accent-soft md:font-semibold md:marked'

/** What there is to set, in the place of the chat list. */
export function SettingsNav({ current }: { current: Section }) {
  const words = useWords()
  const client = useClient()
  const user = useSelect(client.profile, (profile) => profile)
  const [leaving, setLeaving] = useState(false)
  return (
    <>
      <header className="p-4 pb-2">
        <h1 className="text-xl font-semibold">{words.settings.title}</h1>
      </header>
      <div className="flex items-center gap-3 px-4 py-3">
        <Avatar id={user.id} name={nameOf(user)} size={40} />
        <div className="min-w-0">
          <p dir="auto" className="truncate font-semibold">
            {nameOf(user)}
          </p>
          <p className="truncate text-sm text-ink-2">@{user.username}</p>
        </div>
      </div>
      <nav aria-label={words.settings.title} className="grid gap-0.5 px-2">
        {SECTIONS.map((section) => (
          <Link
            key={section}
            to={`/app/settings/${section}`}
            aria-current={section === current ? 'page' : undefined}
            className={`${ROW} ${section === current ? CHOSEN : 'hover:bg-raised'}`}
          >
            <Icon name={ICONS[section]} className="text-ink-2" />
            <span className="grow">{words.settings[section]}</span>
            <Icon name="forward" size={16} className="text-ink-3 md:hidden" />
          </Link>
        ))}
      </nav>
      <div className="mx-4 my-2 border-t border-line" />
      <div className="grid gap-0.5 px-2">
        <button
          type="button"
          className={`${ROW} hover:bg-raised pointer-coarse:hidden`}
          onClick={() => openDialog('shortcuts')}
        >
          <Icon name="info" className="text-ink-2" />
          {words.settings.keyboard}
        </button>
        <button type="button" className={`${ROW} text-danger hover:bg-raised`} onClick={() => setLeaving(true)}>
          <Icon name="leave" />
          {words.settings.signOut}
        </button>
      </div>
      {leaving && (
        <Confirm
          title={words.settings.signOutTitle}
          hint={words.settings.signOutHint}
          action={words.settings.signOut}
          explain={(error) => explain(error, words)}
          onConfirm={() => signOut()}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  )
}
