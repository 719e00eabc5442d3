import { Fragment } from 'react'
import { Modal } from '~/ui/Modal'
import { useWords, type Words } from '~/words'

type Name = keyof Words['shortcuts']['rows']

const GROUPS: Record<keyof Words['shortcuts']['groups'], [Name, string[]][]> = {
  anywhere: [
    ['switcher', ['Ctrl', 'K']],
    ['newChat', ['Alt', 'N']],
    ['previous', ['Alt', '↑']],
    ['next', ['Alt', '↓']],
    ['shortcuts', ['?']],
    ['shortcutsInText', ['Ctrl', '/']],
  ],
  composer: [
    ['send', ['Enter']],
    ['newline', ['Shift', 'Enter']],
    ['editLast', ['↑']],
    ['messages', ['Shift', 'Tab']],
  ],
  message: [
    ['between', ['↑', '↓']],
    ['reply', ['R']],
    ['react', ['+']],
    ['edit', ['E']],
    ['remove', ['Del']],
    ['actions', ['Enter']],
    ['escape', ['Esc']],
  ],
}

export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const words = useWords()
  return (
    <Modal title={words.shortcuts.title} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <div className="grid gap-4 overflow-y-auto p-4 pt-2 thin-scroll" data-autofocus tabIndex={0}>
        {Object.entries(GROUPS).map(([group, rows]) => (
          <section key={group} aria-labelledby={`keys-${group}`}>
            <h3 id={`keys-${group}`} className="pb-1 text-sm font-semibold text-ink-2">
              {words.shortcuts.groups[group as keyof typeof GROUPS]}
            </h3>
            <dl className="grid grid-cols-[1fr_auto]">
              {rows.map(([name, keys]) => (
                <Fragment key={name}>
                  <dt className="border-t border-line py-1.5 pe-4">{words.shortcuts.rows[name]}</dt>
                  <dd className="border-t border-line py-1.5 text-end">
                    {keys.map((key) => (
                      <kbd key={key} className="ms-1 rounded-sm border border-line bg-raised px-1.5 font-sans text-sm">
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
