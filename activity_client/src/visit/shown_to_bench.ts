/**
 * What the engine believes, shown to `make bench-sync`: `window.watchTogether()` can be read and does nothing.
 *
 * Only in pages built with `VITE_BENCH=1` (the benchmark's own, in `.local`); every other build leaves this file out.
 * The benchmark compares the belief with the machine's clock, which server and pages share there.
 */

import type { EngineBelief, RoomSession } from '../sync/room_session';

declare global {
  interface Window {
    /** Null while nothing is known of the server's time. */
    watchTogether?: () => EngineBelief | null;
  }
}

export function showToBench(
  window: Pick<Window, 'watchTogether'>,
  session: Pick<RoomSession, 'belief'>,
): void {
  window.watchTogether = () => session.belief;
}
