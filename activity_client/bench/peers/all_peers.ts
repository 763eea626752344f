/** The peers by the names that the harness calls them. */

import { Broadcast } from './broadcast';
import { Jellyfin } from './jellyfin';
import { OpenTogetherTube } from './open_together_tube';
import type { MakeAlgorithm } from './sync_algorithm';
import { Syncplay } from './syncplay';
import { WatchParty } from './watch_party';

export const PEERS: ReadonlyMap<string, MakeAlgorithm> = new Map<string, MakeAlgorithm>([
  ['syncplay', (surroundings) => new Syncplay(surroundings)],
  ['open_together_tube', (surroundings) => new OpenTogetherTube(surroundings)],
  ['watch_party', (surroundings) => new WatchParty(surroundings)],
  ['jellyfin', (surroundings) => new Jellyfin(surroundings)],
  ['broadcast', (surroundings) => new Broadcast(surroundings)],
]);
