/**
 * A tick that goes on while the page is hidden.
 *
 * Browsers slow the timers of a hidden, silent page to one a second and slower (measured, Chromium 156: 0.6 a second
 * after a minute), those of a worker stay as they are. Where the page's policy refuses workers (`worker-src 'none'`) an
 * ordinary timer has to do; the engine bears irregular ticks.
 */

export type StopTicking = () => void;

/** Calls `onTick` about every `everyMs`, until stopped. */
export function startTicking(everyMs: number, onTick: () => void): StopTicking {
  let stop = startTimer(everyMs, onTick);
  const worker = tickWorker();
  if (worker === null) {
    return () => stop();
  }
  // The timer ticks until the worker has shown that it does: a refused worker says so late, or not at all.
  let isFirst = true;
  worker.onmessage = () => {
    if (isFirst) {
      isFirst = false;
      stop();
      stop = () => worker.terminate();
    }
    onTick();
  };
  worker.onerror = (event) => event.preventDefault();
  worker.postMessage(everyMs);
  return () => {
    stop();
    worker.terminate();
  };
}

function startTimer(everyMs: number, onTick: () => void): StopTicking {
  const timer = setInterval(onTick, everyMs);
  return () => clearInterval(timer);
}

function tickWorker(): Worker | null {
  try {
    return new Worker(new URL('./tick_worker.ts', import.meta.url), { type: 'module' });
  } catch {
    return null;
  }
}
