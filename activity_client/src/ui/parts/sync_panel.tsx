/** What the sync words mean, and what one can do about them. */

import { useInside, useTick, useView } from '../room_context';
import { nameOf } from '../words/people_words';
import { syncSentence } from '../words/sync_words';
import { Button } from './button';

export function SyncPanel() {
  const { room } = useInside();
  const view = useView((one) => one);
  useTick(500, true);
  const isFree = view.sync.state === 'free';
  const host = nameOf(view, view.host?.user_id ?? null);
  return (
    <>
      <p>{syncSentence(view, room.now())}</p>
      {view.sync.quality === 'poor' && (
        <p class="quiet">Your connection is unsteady, so small differences are left alone.</p>
      )}
      {isFree ? (
        <Button kind="primary" icon="sync" onPress={() => room.remote.backToHost()}>
          {host === 'You' ? 'Back to the room' : `Back to ${host}`}
        </Button>
      ) : (
        <div class="button-row">
          <Button kind="primary" icon="sync" onPress={() => room.remote.syncNow()}>
            Sync now
          </Button>
          <Button icon="apart" onPress={() => room.remote.watchFreely()}>
            Watch freely
          </Button>
        </div>
      )}
    </>
  );
}
