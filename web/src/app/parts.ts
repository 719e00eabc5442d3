/** The parts of the program that are loaded when they are needed, and what is done when one cannot be had. */
import { backoff } from '~/sync/backoff'
import { notify } from '~/ui/Notices'
import { en } from '~/words/en'

/** The network may just have gone, so the next attempts are not made at once. */
const FIRST_ATTEMPT = 2

/**
 * Loads a part, as often as it takes. `React.lazy` remembers a failure for ever, so it must not see one that patience
 * mends.
 */
export async function part<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = FIRST_ATTEMPT; ; attempt++) {
    try {
      return await load()
    } catch {
      await onlineOr(backoff(attempt))
    }
  }
}

/** Until the browser says that it is online again, or this time has passed. */
function onlineOr(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    window.addEventListener('online', done)
  })
}

const STARTED_ANEW = 'kith.startedAnew'

/**
 * After an update of the server the parts of the old page are gone, and a fresh page knows the new ones: drafts and
 * the queue are kept, so it is loaded. But once for a build, and only if the server answers; else the person is told.
 */
export function startAnewWithoutParts(reload = () => location.reload()): void {
  let told = false
  window.addEventListener('online', () => {
    told = false
  })
  window.addEventListener('vite:preloadError', async () => {
    const build = import.meta.url
    if (sessionStorage.getItem(STARTED_ANEW) !== build && (await serverAnswers())) {
      sessionStorage.setItem(STARTED_ANEW, build)
      reload()
    } else if (!told) {
      told = true
      notify(en.app.partMissing, 'danger')
    }
  })
}

async function serverAnswers(): Promise<boolean> {
  try {
    return (await fetch('/api/server', { cache: 'no-store' })).ok
  } catch {
    return false
  }
}
