/** The remote, asked for and given: the host's one tap, the reason why a press did nothing, the video of this launch. */

import { useState } from 'preact/hooks';
import { useInside, useView } from '../room_context';
import { useStore } from '../use_store';
import { Button } from './button';
import { mayAsk } from './people_panel';

export function Asks() {
  return (
    <div class="asks">
      <Requests />
      <Refusal />
      <Proposal />
    </div>
  );
}

/** Who asked, shown to the host until it is answered. */
function Requests() {
  const { remote } = useInside().room;
  const requests = useView((view) => view.requests);
  return (
    <>
      {requests.map(({ userId, name }) => (
        <div key={userId} class="ask" role="alert">
          <p>{name} asks for the remote.</p>
          <div class="button-row">
            <Button kind="primary" onPress={() => remote.transferHost(userId)}>
              Hand it over
            </Button>
            <Button onPress={() => remote.dismissRequest(userId)}>Not now</Button>
          </div>
        </div>
      ))}
    </>
  );
}

function Refusal() {
  const { desk, room } = useInside();
  const refusal = useStore(desk.state, (state) => state.refusal);
  const canAsk = useView(mayAsk);
  if (refusal === null) {
    return null;
  }
  const ask = () => {
    room.remote.requestControl();
    desk.dismissRefusal();
  };
  return (
    <div class="ask" role="alert">
      <p>{refusal}</p>
      {canAsk && (
        <Button kind="primary" icon="hand" onPress={ask}>
          Ask for it
        </Button>
      )}
    </div>
  );
}

function Proposal() {
  const { room } = useInside();
  const [isAnswered, setAnswered] = useState(false);
  const mayChoose = useView((view) => view.iMayControl);
  const current = useView((view) => view.media?.entry_id ?? null);
  const { proposed } = room;
  if (proposed === null || isAnswered || !mayChoose || current === proposed.id) {
    return null;
  }
  const play = () => {
    room.remote.setMedia(proposed.grant);
    setAnswered(true);
  };
  return (
    <div class="ask" role="alert">
      <p>Play “{proposed.title}” now, for everyone?</p>
      <div class="button-row">
        <Button kind="primary" onPress={play}>
          Play it
        </Button>
        <Button onPress={() => setAnswered(true)}>Not now</Button>
      </div>
    </div>
  );
}
