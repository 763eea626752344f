import { describe, expect, it } from 'vitest';
import type { RoomEntry } from '../api/answers';
import type { Api, Way } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { RoomAccess } from '../api/room_access';
import type { Sdk } from '../discord/sdk';
import { FakeRoom } from '../testing/fake_room';
import type { Surroundings } from './enter_room';
import { openSocket, socketAddress } from './open_socket';
import { type Arrival, type Stage, Visit } from './visit';

const ENTRY: RoomEntry = {
  room_token: 'r',
  session_token: null,
  expires_in: 900,
  room: { room_id: 'r1', guild_id: '1', channel_id: '2' },
  you: { user_id: '3', name: 'Ann', avatar: null },
  ticket: 't',
  ticket_expires_in: 60,
  bound_video: null,
  proposed_video: null,
};

const IN_DISCORD: Arrival = { kind: 'discord', instanceId: 'i-1' };
const BY_LINK: Arrival = { kind: 'link', token: 'signed' };

function visitFrom(
  arrival: Arrival,
  more: { enter?: () => Promise<RoomEntry>; authorize?: () => Promise<{ code: string }> } = {},
) {
  const ways: Way[] = [];
  const stages: Stage[] = [];
  const constructed: string[] = [];
  const entered: Surroundings[] = [];
  const sdk = {
    clientId: '1300',
    guildId: '1',
    ready: async () => undefined,
    subscribe: async () => undefined,
    commands: {
      authorize: more.authorize ?? (async () => ({ code: 'c' })),
      authenticate: () => Promise.reject({ code: 4009, message: 'Invalid token' }),
      encourageHardwareAcceleration: async () => undefined,
    },
  } as unknown as Sdk;
  const api = {
    applicationId: async () => '1300',
    prove: async () => ({ session_token: 's', discord_access_token: 'd', expires_in: 900 }),
    enter: (way: Way) => {
      ways.push(way);
      return more.enter?.() ?? Promise.resolve(ENTRY);
    },
  } as unknown as Api;
  const visit = new Visit(arrival, {
    api,
    constructSdk: (id) => {
      constructed.push(id);
      return sdk;
    },
    enterRoom: (_access: RoomAccess, _entry: RoomEntry, surroundings: Surroundings) => {
      entered.push(surroundings);
      return new FakeRoom();
    },
    window,
    filmId: 'film',
  });
  visit.stage.subscribe(() => stages.push(visit.stage.value));
  return { visit, stages, ways, constructed, entered };
}

const wordsOf = (stages: Stage[]) =>
  stages.flatMap((stage) => (stage.kind === 'starting' ? [stage.words] : []));

describe('a visit from Discord', () => {
  it('says what it waits for, and gets in although Discord does not authenticate it', async () => {
    const { visit, stages, ways, entered } = visitFrom(IN_DISCORD);
    await visit.begin();
    expect(wordsOf(stages)).toEqual([
      'Waiting for Discord…',
      'Asking Discord who you are…',
      'Opening the room…',
    ]);
    expect(visit.stage.value.kind).toBe('inside');
    expect(ways).toEqual([{ sessionToken: 's', instanceId: 'i-1' }]);
    expect(entered[0]?.outward).not.toBeNull();
  });

  it('asks again when the person asks, with the same SDK', async () => {
    const answers = [
      () => Promise.reject({ code: 5000, message: 'no' }),
      () => Promise.reject({ code: 5000, message: 'no' }),
      async () => ({ code: 'c' }),
    ];
    const { visit, constructed } = visitFrom(IN_DISCORD, {
      authorize: () => (answers.shift() as () => Promise<{ code: string }>)(),
    });
    await visit.begin();
    expect(visit.stage.value).toMatchObject({ kind: 'stopped', button: 'Ask again' });
    await visit.begin();
    expect(visit.stage.value.kind).toBe('inside');
    expect(constructed).toEqual(['1300']);
  });

  it('shows the server’s own sentence where it lets nobody in', async () => {
    const refused = new ApiProblem('refused', 403, 'not-in-instance', 'Open it from the voice channel.');
    const { visit } = visitFrom(IN_DISCORD, { enter: () => Promise.reject(refused) });
    await visit.begin();
    expect(visit.stage.value).toEqual({
      kind: 'stopped',
      sentence: 'Open it from the voice channel.',
      button: 'Try again',
    });
  });
});

describe('a visit by link', () => {
  it('needs no Discord', async () => {
    const { visit, ways, constructed, entered } = visitFrom(BY_LINK);
    await visit.begin();
    expect(ways).toEqual([{ linkToken: 'signed' }]);
    expect(constructed).toEqual([]);
    expect(entered[0]).toMatchObject({ outward: null, frame: null });
  });

  it('offers no button where trying again can’t help', async () => {
    const expired = new ApiProblem('refused', 404, 'link-expired', 'This link has expired.');
    const { visit } = visitFrom(BY_LINK, { enter: () => Promise.reject(expired) });
    await visit.begin();
    expect(visit.stage.value).toEqual({ kind: 'stopped', sentence: 'This link has expired.', button: null });
  });
});

describe('the socket', () => {
  it('has an absolute address', () => {
    expect(socketAddress({ protocol: 'https:', host: 'a.example' }, 't+1')).toBe(
      'wss://a.example/ws?ticket=t%2B1',
    );
    expect(socketAddress({ protocol: 'http:', host: '127.0.0.1:3333' }, 't')).toBe(
      'ws://127.0.0.1:3333/ws?ticket=t',
    );
  });

  it('is given up for good where the server refuses, and tried again where it is unwell', async () => {
    const failing = (status: number) => () =>
      Promise.reject(new ApiProblem('refused', status, '', 'No longer here.'));
    await expect(openSocket(failing(403), window.location)).rejects.toMatchObject({
      name: 'RoomRefusedError',
    });
    await expect(openSocket(failing(503), window.location)).rejects.toMatchObject({ name: 'ApiProblem' });
  });
});
