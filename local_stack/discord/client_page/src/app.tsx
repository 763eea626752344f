/** The window: loads the world, follows the address and the events, and puts the desk around everything. */

import { useCallback, useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { useActivities } from './activity/use_activities';
import type { VoiceChange } from './api/activities';
import { type SimulatedDiscord, SimulatedDiscordError } from './api/client';
import { followEvents } from './api/events';
import type { Command, Server, World } from './api/world';
import { Shell } from './layout/shell';
import { hashOf, type Place, placeFromHash, settle } from './state/address';
import { createDeeds, type Dispatch } from './state/deeds';
import { type Desk, DeskContext } from './state/desk';
import { EMPTY_PAGE, pageAfter } from './state/page_state';

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}

function samePlace(one: Place | null, other: Place | null): boolean {
  return one === other || (one !== null && other !== null && hashOf(one) === hashOf(other));
}

/** The place that the address names, made real; moves are written back into it. */
function usePlace(world: World): [Place | null, (wanted: Partial<Place>) => void] {
  const [place, setPlace] = useState(() => settle(world, placeFromHash(location.hash)));
  useEffect(() => {
    const onHash = () => {
      const next = settle(world, placeFromHash(location.hash));
      setPlace((now) => (samePlace(now, next) ? now : next));
    };
    // In a world that changed the place may be gone, or closed to the person.
    onHash();
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, [world]);
  useEffect(() => {
    if (place !== null && location.hash !== hashOf(place)) {
      history.replaceState(null, '', hashOf(place));
    }
  }, [place]);
  const goTo = useCallback(
    (wanted: Partial<Place>) => {
      const next = settle(world, { ...place, ...wanted });
      if (next !== null) {
        setPlace(next);
        location.hash = hashOf(next);
      }
    },
    [world, place],
  );
  return [place, goTo];
}

/** Loads a channel's messages, and says in the page's state how that went. */
async function loadChannel(client: SimulatedDiscord, place: Place, dispatch: Dispatch): Promise<void> {
  const { channelId, userId } = place;
  dispatch({ kind: 'listAsked', channelId });
  try {
    dispatch({ kind: 'listArrived', channelId, messages: await client.messages(userId, channelId) });
  } catch (error) {
    dispatch({ kind: 'listFailed', channelId, sentence: sentenceOf(error) });
  }
}

/** The commands offered here; asked for anew with each place, connection and change of the world. */
function useCommands(client: SimulatedDiscord, place: Place, connection: string, world: World): Command[] {
  const [commands, setCommands] = useState<Command[]>([]);
  useEffect(() => {
    let current = true;
    client
      .commands(place.userId, place.channelId)
      .then((found) => current && setCommands(found))
      .catch((error: unknown) => {
        if (!(error instanceof SimulatedDiscordError)) {
          throw error;
        }
      });
    return () => {
      current = false;
    };
  }, [client, place.userId, place.channelId, connection, world]);
  return commands;
}

interface RoomProps {
  client: SimulatedDiscord;
  world: World;
  server: Server;
  place: Place;
  goTo(wanted: Partial<Place>): void;
  onVoice(change: VoiceChange): void;
  onWorld(): void;
}

/** What this window calls itself, so that the simulated Discord notices when it is closed. */
const WINDOW_ID = crypto.randomUUID();

/** The world after somebody went into a voice channel or out of one. */
function withVoice(world: World, change: VoiceChange): World {
  const servers = world.servers.map((server) => {
    if (server.id !== change.guild_id) {
      return server;
    }
    const members = server.members.map((member) =>
      member.user_id === change.user_id ? { ...member, voice_channel_id: change.channel_id } : member,
    );
    return { ...server, members };
  });
  return { ...world, servers };
}

/** One person's view of everything; another person gets another one. */
function Room({ client, world, server, place, goTo, onVoice, onWorld }: RoomProps) {
  const [state, dispatch] = useReducer(pageAfter, EMPTY_PAGE);
  const [wanted, setWanted] = useState<{ name: string } | null>(null);
  const commands = useCommands(client, place, state.connection, world);
  const { channelId, userId } = place;
  const activities = useActivities(client, userId, WINDOW_ID);
  const { open, hear, reload: reloadActivities } = activities;
  const reload = useCallback(() => void loadChannel(client, place, dispatch), [client, place]);

  useEffect(() => {
    return followEvents(client.eventsAddress(userId, WINDOW_ID), {
      onOpen: () => dispatch({ kind: 'connectionChanged', connection: 'open' }),
      onLost: () => dispatch({ kind: 'connectionChanged', connection: 'lost' }),
      onEvent: (event) => dispatch({ kind: 'channelHappened', event }),
      onNews: (news) => {
        if (news.kind === 'voice_update') {
          onVoice(news.change);
        } else if (news.kind === 'world_update') {
          onWorld();
        } else {
          hear(news);
        }
      },
    });
  }, [client, userId, hear, onVoice, onWorld]);

  useEffect(() => dispatch({ kind: 'channelEntered', channelId }), [channelId]);
  // A new connection has missed what came before it, so the list is asked for again.
  useEffect(() => {
    if (state.connection === 'open') {
      reload();
    }
  }, [state.connection, reload]);

  useEffect(() => {
    if (state.connection === 'open') {
      void reloadActivities();
    }
  }, [state.connection, reloadActivities]);

  const deeds = useMemo(() => createDeeds(client, place, dispatch, open), [client, place, open]);
  const startCommand = useCallback((name: string) => setWanted({ name }), []);
  const desk: Desk = {
    client,
    world,
    server,
    place,
    state,
    commands,
    dispatch,
    deeds,
    activities,
    goTo,
    startCommand,
    reload,
  };
  return (
    <DeskContext.Provider value={desk}>
      <Shell wanted={wanted} />
    </DeskContext.Provider>
  );
}

interface InhabitedProps {
  client: SimulatedDiscord;
  world: World;
  onVoice(change: VoiceChange): void;
  onWorld(): void;
}

function Inhabited({ client, world, onVoice, onWorld }: InhabitedProps) {
  const [place, goTo] = usePlace(world);
  const server = world.servers.find((one) => one.id === place?.guildId);
  if (place === null || server === undefined) {
    return <p class="page-note">The simulated Discord has no server that anybody could enter.</p>;
  }
  return (
    <Room
      key={place.userId}
      client={client}
      world={world}
      server={server}
      place={place}
      goTo={goTo}
      onVoice={onVoice}
      onWorld={onWorld}
    />
  );
}

function Unreachable({ sentence, onRetry }: { sentence: string; onRetry(): void }) {
  return (
    <div class="page-note" role="alert">
      <h1>Discord isn’t there</h1>
      <p>{sentence}</p>
      <button type="button" class="button button-primary" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

export function App({ client }: { client: SimulatedDiscord }) {
  const [world, setWorld] = useState<World | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function load() {
    setProblem(null);
    try {
      setWorld(await client.world());
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }

  const onVoice = useCallback(
    (change: VoiceChange) => setWorld((now) => (now === null ? now : withVoice(now, change))),
    [],
  );

  // What is on the screen stays there where the new world does not come.
  const onWorld = useCallback(() => {
    client.world().then(setWorld, (error: unknown) => {
      if (!(error instanceof SimulatedDiscordError)) {
        throw error;
      }
    });
  }, [client]);

  useEffect(() => void load(), [client]);

  if (problem !== null) {
    return <Unreachable sentence={problem} onRetry={() => void load()} />;
  }
  if (world === null) {
    return (
      <div class="page-note" role="status" aria-label="Loading">
        <span class="spinner spinner-large" aria-hidden="true" />
      </div>
    );
  }
  return <Inhabited client={client} world={world} onVoice={onVoice} onWorld={onWorld} />;
}
