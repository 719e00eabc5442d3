import icon from '~/assets/icon.svg'
import { nameOf } from '~/features/conversations/naming'
import { Avatar } from '~/ui/Avatar'
import { Icon } from '~/ui/Icon'
import { useWords } from '~/words'
import { useClient, useSelect } from './context'
import { Link } from './Link'

/** The places of the client; which of them one is in is said by `settings`. */
interface Props {
  settings: boolean
}

/** At the start edge of a wide window. */
export function Rail({ settings }: Props) {
  const words = useWords()
  const client = useClient()
  const user = useSelect(client.profile, (profile) => profile)
  const item = 'press grid w-14 justify-items-center gap-0.5 rounded-sm py-2 text-xs'
  const look = (current: boolean) =>
    `${item} ${current ? 'bg-accent-soft font-semibold text-accent marked' : 'text-ink-2 hover:bg-raised'}`
  return (
    <nav
      aria-label={words.app.name}
      className="flex w-18 shrink-0 flex-col items-center gap-2 border-e border-line bg-bg py-3 max-xl:hidden"
    >
      <img src={icon} alt="" width={32} height={32} className="mb-3" />
      <Link to="/app" className={look(!settings)} aria-current={settings ? undefined : 'page'}>
        <Icon name="chat" />
        {words.app.chats}
      </Link>
      <Link to="/app/settings" className={`${look(settings)} mt-auto`} aria-current={settings ? 'page' : undefined}>
        <Avatar id={user.id} name={nameOf(user)} size={28} />
        {words.app.you}
      </Link>
    </nav>
  )
}

/** Under the list of a window without the rail. */
export function Tabs({ settings }: Props) {
  const words = useWords()
  const look = (current: boolean) =>
    `press grid min-h-13 place-content-center justify-items-center text-xs ${current ? 'font-semibold text-accent' : 'text-ink-2 hover:text-ink'}`
  return (
    <nav
      aria-label={words.app.name}
      className="grid shrink-0 grid-cols-2 border-t border-line bg-surface safe-bottom xl:hidden"
    >
      <Link to="/app" className={look(!settings)} aria-current={settings ? undefined : 'page'}>
        <Icon name="chat" />
        {words.app.chats}
      </Link>
      <Link to="/app/settings" className={look(settings)} aria-current={settings ? 'page' : undefined}>
        <Icon name="person" />
        {words.app.you}
      </Link>
    </nav>
  )
}
