/** What lies over the video: its poster while it loads, a refusal or failure with its one button, the one tap, the end. */

import { useEffect, useState } from 'preact/hooks';
import type { Screening } from '../../visit/screening';
import { Icon } from '../icons';
import { useInside, usePlayer, useView } from '../room_context';
import { useStore } from '../use_store';
import { listOfNames, nameOf } from '../words/people_words';
import { Button } from './button';
import { ChooseVideo } from './choose_page';
import { mayAsk } from './people_panel';

export function Cover() {
  const { room } = useInside();
  const screening = useStore(room.screening, (one) => one);
  const isBlocked = useView((view) => view.sync.state === 'blocked');
  const hasPicture = useHasPicture();
  switch (screening.kind) {
    case 'refused':
      return <Refused sentence={screening.sentence} />;
    case 'failed':
      return <Failed screening={screening} />;
    default:
      return (
        <>
          {!hasPicture && <Loading poster={posterOf(screening)} />}
          {isBlocked && <TapToJoin />}
          <AudioOnly />
          <Ended />
        </>
      );
  }
}

/** Whether the player has something to show; asked again with each of its events. */
function useHasPicture(): boolean {
  return usePlayer().positionSeconds() !== null;
}

function posterOf(screening: Screening): string | null {
  if (screening.kind === 'showing') {
    return screening.playback.poster;
  }
  return 'poster' in screening ? screening.poster : null;
}

function Loading({ poster }: { readonly poster: string | null }) {
  const { room } = useInside();
  const address = poster ?? room.bound?.thumbnail ?? null;
  return (
    <div class="cover cover-loading" role="status" aria-label="Loading the video">
      {address !== null && <img class="cover-poster" src={address} alt="" />}
      <span class="loading-line" aria-hidden="true" />
    </div>
  );
}

/** Sound without a picture shows its poster all along. */
function AudioOnly() {
  const { room } = useInside();
  const poster = useStore(room.screening, (one) =>
    one.kind === 'showing' && one.playback.kind === 'audio' ? one.playback.poster : null,
  );
  return poster === null ? null : (
    <div class="cover cover-audio">
      <img class="cover-poster" src={poster} alt="" />
    </div>
  );
}

function TapToJoin() {
  const { room } = useInside();
  const join = () => {
    room.player.playAfterTouch();
    room.noteActivity();
  };
  return (
    <div class="cover cover-tap">
      <button type="button" class="tap" onClick={join}>
        <span class="tap-disc">
          <Icon name="play" size={36} />
        </span>
        Tap to join with sound
      </button>
    </div>
  );
}

function Failed({ screening }: { readonly screening: Extract<Screening, { kind: 'failed' }> }) {
  const { room } = useInside();
  return (
    <div class="cover cover-card" role="alert">
      {screening.poster !== null && <img class="cover-poster is-dim" src={screening.poster} alt="" />}
      <div class="card">
        <h2>{screening.sentence}</h2>
        <p class="quiet">The room goes on without you meanwhile; you rejoin where it is.</p>
        <Button kind="primary" onPress={() => room.reload()}>
          Try again
        </Button>
      </div>
    </div>
  );
}

function Refused({ sentence }: { readonly sentence: string }) {
  const { desk, room } = useInside();
  const mayChoose = useView((view) => view.iMayControl);
  const canAsk = useView(mayAsk);
  return (
    <div class="cover cover-card" role="alert">
      <div class="card">
        <h2>This video can’t be shown here</h2>
        <p>{sentence}</p>
        {mayChoose && (
          <Button kind="primary" icon="film" onPress={() => desk.open('choose')}>
            Choose another
          </Button>
        )}
        {canAsk && (
          <Button icon="hand" onPress={() => room.remote.requestControl()}>
            Ask for the remote
          </Button>
        )}
      </div>
    </div>
  );
}

/** The end: who is still here, once more from the beginning, or what next. */
function Ended() {
  const { desk } = useInside();
  const isOver = usePlayer().hasEnded;
  const [isClosed, setClosed] = useState(false);
  const mayChoose = useView((view) => view.iMayControl);
  const host = useView((view) => nameOf(view, view.host?.user_id ?? null));
  const others = useView((view) => stillHere(view.roster, view.you?.userId));
  useEffect(() => {
    if (!isOver) {
      setClosed(false);
    }
  }, [isOver]);
  if (!isOver || isClosed) {
    return null;
  }
  return (
    <div class="cover cover-ended">
      <div class="ended">
        <h2>That was it</h2>
        <p class="quiet">{others === '' ? 'Only you are still here.' : `Still here with you: ${others}.`}</p>
        {mayChoose ? (
          <>
            <div class="button-row">
              <Button icon="replay" onPress={() => desk.togglePlay()}>
                Watch again
              </Button>
              <Button kind="link" onPress={() => setClosed(true)}>
                Look at the last picture
              </Button>
            </div>
            <ChooseVideo />
          </>
        ) : (
          <p>{host} chooses what comes next.</p>
        )}
      </div>
    </div>
  );
}

function stillHere(roster: readonly { user_id: string; name: string }[], self: string | undefined): string {
  return listOfNames(roster.filter((one) => one.user_id !== self).map((one) => one.name));
}
