/**
 * A viewer of a peer: Kaltura's player behind the Activity's own port, and one of the peers' algorithms over a socket.
 *
 * The query says which algorithm, where its server is, what is played and by which player's script. The harness
 * presses the buttons by `window.viewer`.
 */

import { createKalturaPlayer } from '../src/player/kaltura_player';
import type { PlayerPort } from '../src/sync/player_port';
import { PEERS } from './peers/all_peers';
import type { PeerMessage, Surroundings, SyncAlgorithm } from './peers/sync_algorithm';

declare global {
  interface Window {
    viewer: { play(): void; seek(seconds: number): void; isInRoom(): boolean };
  }
}

const RECONNECT_AFTER_MS = 1000;

class PeerViewer {
  #algorithm: SyncAlgorithm | null = null;

  constructor(
    private readonly player: PlayerPort,
    private readonly name: string,
    private readonly server: string,
  ) {}

  get isInRoom(): boolean {
    return this.#algorithm !== null;
  }

  play(): void {
    this.#algorithm?.play();
  }

  seek(seconds: number): void {
    this.#algorithm?.seek(seconds);
  }

  enter(): void {
    const make = PEERS.get(this.name);
    if (make === undefined) {
      throw new Error(`there is no peer ${this.name}`);
    }
    const socket = new WebSocket(this.server);
    socket.onopen = () => {
      this.#algorithm = make(surroundings(this.player, socket));
      socket.send(JSON.stringify({ kind: 'hello' }));
    };
    socket.onmessage = ({ data }) => this.#algorithm?.receive(JSON.parse(data) as PeerMessage);
    socket.onclose = () => {
      this.#algorithm?.stop();
      this.#algorithm = null;
      this.player.setRate(1);
      setTimeout(() => this.enter(), RECONNECT_AFTER_MS);
    };
  }
}

function surroundings(player: PlayerPort, socket: WebSocket): Surroundings {
  return {
    player,
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(JSON.stringify(message));
      }
    },
    now: () => performance.now(),
    wallClock: () => performance.timeOrigin + performance.now(),
    every: (milliseconds, action) => {
      const timer = setInterval(action, milliseconds);
      return () => clearInterval(timer);
    },
    after: (milliseconds, action) => {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}

async function begin(query: URLSearchParams): Promise<void> {
  const wanted = (name: string) => query.get(name) ?? '';
  const player = createKalturaPlayer('player');
  const viewer = new PeerViewer(player, wanted('algorithm'), wanted('server'));
  window.viewer = {
    play: () => viewer.play(),
    seek: (seconds) => viewer.seek(seconds),
    isInRoom: () => viewer.isInRoom,
  };
  let entered = false;
  player.subscribe(() => {
    if (player.state === 'ready' && !entered) {
      entered = true;
      viewer.enter();
    }
  });
  await player.load({
    entry_id: wanted('entry_id'),
    title: 'A film',
    duration: Number(wanted('duration')),
    kind: 'video',
    poster: null,
    manifest: wanted('manifest'),
    captions: [],
    player: { script: wanted('script'), partner_id: Number(wanted('partner_id')), ui_conf_id: 0 },
    expires_at_ms: Number.MAX_SAFE_INTEGER,
  });
}

void begin(new URLSearchParams(location.search));
