/** One clock for all times on the page, so that "2 minutes ago" stays true while somebody looks at it. */

import { useEffect, useState } from 'preact/hooks';

const TICK_MS = 1_000;
const listeners = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function listen(listener: (now: number) => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) {
      each(nowInSeconds());
    }
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Whole seconds since the epoch. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The words that `describe` finds for this second; draws anew only when they change. */
export function useLiveWords(describe: (now: number) => string): string {
  const [now, setNow] = useState(nowInSeconds);
  useEffect(() => listen(setNow), []);
  return describe(now);
}
