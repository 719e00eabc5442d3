/** The last task of each name, for pages that have no Web Locks. */
const queues = new Map<string, Promise<unknown>>()

/**
 * Runs `task` while no other one of that name runs, in any tab of this browser. Web Locks exist only in secure
 * contexts; on plain http to another machine the guarantee shrinks to this tab.
 */
export function exclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(name, task) as Promise<T>
  const before = queues.get(name) ?? Promise.resolve()
  const run = before.then(task, task)
  queues.set(name, run)
  return run
}
