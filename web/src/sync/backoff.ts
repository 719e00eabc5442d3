const BASE_MS = 500
const CAP_MS = 15_000

/**
 * How long to wait before attempt `attempt` (from 0): a uniformly random time below a doubling, capped bound ("full
 * jitter"), so that clients that lost the same server do not come back together.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt)
}
