/** The dot of the sync state. Each state has a shape of its own: colour is never the only sign. */

import type { SyncState } from '../../sync/room_view';

const RING = 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zm0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6z';

const SHAPES: Record<SyncState, string> = {
  in_sync: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z',
  catching_up: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zm0 2v6a3 3 0 0 0 0-6z',
  waiting: 'M2 1h3v10H2zm5 0h3v10H7z',
  free: RING,
  disconnected: 'M6 .5 12 11.500H0z',
  no_media: RING,
  blocked: 'M3 1v10l8-5z',
};

export function SyncSign({ state }: { readonly state: SyncState }) {
  return (
    <svg class={`sync-sign sync-${state}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path fill="currentColor" fill-rule="evenodd" d={SHAPES[state]} />
    </svg>
  );
}
