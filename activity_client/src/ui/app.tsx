/** From the opened window to the room. */

import { useEffect } from 'preact/hooks';
import type { Visit } from '../visit/visit';
import { Button } from './parts/button';
import { RoomPage } from './room_page';
import { useStore } from './use_store';

export function App({ visit }: { readonly visit: Visit }) {
  const stage = useStore(visit.stage, (one) => one);
  useEffect(() => void visit.begin(), [visit]);
  switch (stage.kind) {
    case 'starting':
      return <Starting words={stage.words} />;
    case 'stopped':
      return (
        <div class="stage-card" role="alert">
          <h1>{stage.sentence}</h1>
          {stage.button !== null && (
            <Button kind="primary" hasFocus onPress={() => void visit.begin()}>
              {stage.button}
            </Button>
          )}
        </div>
      );
    case 'inside':
      return <RoomPage room={stage.room} />;
  }
}

function Starting({ words }: { readonly words: string }) {
  return (
    <div class="starting" role="status">
      <span class="loading-line" aria-hidden="true" />
      <p>{words}</p>
    </div>
  );
}
