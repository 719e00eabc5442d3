import { lazy, Suspense, useEffect } from 'react'
import { ChatPane } from '~/features/chat/ChatPane'
import { ConversationList } from '~/features/conversations/ConversationList'
import { SECTIONS, SettingsNav } from '~/features/settings/SettingsNav'
import { useShortcuts } from '~/features/shortcuts/useShortcuts'
import { Switcher } from '~/features/switcher/Switcher'
import { EmptyState } from '~/ui/EmptyState'
import { ErrorBoundary } from '~/ui/ErrorBoundary'
import { useWords } from '~/words'
import { Announcer } from './Announcer'
import { closeDialog, useInterface } from './interface'
import { parseChat, useVisit } from './location'
import { Rail, Tabs } from './Navigation'
import { part } from './parts'
import { useTitle } from './useTitle'

const loadSettings = () => part(() => import('~/features/settings/SettingsPane'))
const loadNewChat = () => part(() => import('~/features/people/NewChat'))
const loadShortcuts = () => part(() => import('~/features/shortcuts/Shortcuts'))
const SettingsPane = lazy(loadSettings)
const NewChat = lazy(loadNewChat)
const Shortcuts = lazy(loadShortcuts)

/** Long after the first chat is on the screen: what would otherwise be waited for when it is first opened. */
const IDLE_MS = 3000

/** All that may be opened later, so that it opens also when the network is gone by then. */
function loadTheRest() {
  void loadSettings()
  void loadNewChat()
  void loadShortcuts()
  void part(() => import('~/features/group/Details'))
  void part(() => import('~/features/emoji/EmojiPicker'))
}

const SETTINGS = /^\/app\/settings(?:\/([a-z]+))?\/?$/

/**
 * The signed-in window. Wide: rail, list, chat. Middle: list, chat. Narrow: one of them, with tabs under the list.
 */
export default function Shell() {
  const words = useWords()
  const { path } = useVisit()
  const chat = parseChat(path)
  const settings = SETTINGS.exec(path)
  const section = SECTIONS.find((name) => name === settings?.[1])
  const narrowShowsPane = chat !== null || section !== undefined
  useShortcuts()
  useTitle(chat?.conversationId ?? null)
  useEffect(() => {
    const timer = setTimeout(loadTheRest, IDLE_MS)
    return () => clearTimeout(timer)
  }, [])

  return (
    <div className="flex h-dvh overflow-hidden bg-bg">
      {chat && (
        <header>
          <a
            href="#messages"
            onClick={(event) => {
              event.preventDefault()
              document.querySelector<HTMLElement>('[data-message][tabindex="0"]')?.focus()
            }}
            className="sr-only z-50 bg-surface p-3 focus:not-sr-only focus:fixed focus:start-2 focus:top-2"
          >
            {words.app.skipToMessages}
          </a>
        </header>
      )}
      <Rail settings={settings !== null} />
      <main className="flex min-w-0 grow">
        <div
          className={`flex w-full shrink-0 flex-col border-line bg-bg md:w-75 md:border-e ${narrowShowsPane ? 'max-md:hidden' : ''}`}
        >
          <div className="flex min-h-0 grow flex-col">
            <ErrorBoundary>
              {settings ? (
                <SettingsNav current={section ?? 'profile'} />
              ) : (
                <ConversationList selected={chat?.conversationId ?? null} />
              )}
            </ErrorBoundary>
          </div>
          <Tabs settings={settings !== null} />
        </div>
        <div className={`flex min-w-0 grow ${narrowShowsPane ? '' : 'max-md:hidden'}`}>
          <ErrorBoundary key={chat?.conversationId ?? section}>
            {chat && <ChatPane {...chat} />}
            {settings && (
              <Suspense>
                <SettingsPane section={section ?? 'profile'} />
              </Suspense>
            )}
          </ErrorBoundary>
          {!chat && !settings && (
            <div className="flex grow bg-surface">
              <EmptyState icon="chat" title={words.timeline.pickTitle} hint={words.timeline.pickHint} />
            </div>
          )}
        </div>
      </main>
      <Dialogs />
      <Announcer conversationId={chat?.conversationId ?? null} />
    </div>
  )
}

function Dialogs() {
  const dialog = useInterface((state) => state.dialog)
  return (
    <Suspense>
      {dialog === 'switcher' && <Switcher onClose={closeDialog} />}
      {dialog === 'new-chat' && <NewChat onClose={closeDialog} />}
      {dialog === 'shortcuts' && <Shortcuts onClose={closeDialog} />}
    </Suspense>
  )
}
