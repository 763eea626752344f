/**
 * What the engine believes, shown to `make bench-sync`: `window.watchTogether()` can be read and does nothing.
 *
 * Only in pages built with `VITE_BENCH=1` (the benchmark's own, in `.local`); every other build leaves this file out.
 * The benchmark compares the belief with the machine's clock, which server and pages share there.
 */

import type { EngineBelief, RoomSession } from '../sync/room_session';

export interface ObservedWindow {
  watchTogether?: () => EngineBelief | null;
}

/** `null` while nothing is known of the server's time. */
export function showToBench(window: ObservedWindow, session: Pick<RoomSession, 'belief'>): void {
  window.watchTogether = () => session.belief;
}
