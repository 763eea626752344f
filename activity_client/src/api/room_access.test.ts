import { describe, expect, it } from 'vitest';
import type { RoomEntry, Session } from './answers';
import type { Api, Way } from './client';
import { ApiProblem } from './problem';
import { type Origin, RoomAccess } from './room_access';

const MINUTE = 60_000;

/** An API that counts: tokens are `room 1`, `room 2` and so on. */
class FakeApi {
  readonly ways: Way[] = [];
  readonly proofs: object[] = [];
  readonly used: string[] = [];
  refuseOnce = false;
  isTab = false;

  async enter(way: Way): Promise<RoomEntry> {
    this.ways.push(way);
    const count = this.ways.length;
    return {
      room_token: `room ${count}`,
      session_token: this.isTab ? `session ${count}` : null,
      expires_in: 900,
      room: { room_id: 'r1', guild_id: '1', channel_id: '2' },
      you: { user_id: '3', name: 'Ann', avatar: null },
      ticket: `ticket ${count}`,
      ticket_expires_in: 60,
      bound_video: null,
      proposed_video: null,
    };
  }

  async prove(proof: object): Promise<Session> {
    this.proofs.push(proof);
    return { session_token: `proved ${this.proofs.length}`, discord_access_token: null, expires_in: 900 };
  }

  async ticket(token: string, roomId: string) {
    this.used.push(token);
    return { ticket: `another for ${roomId}`, expires_in: 60 };
  }

  async video(token: string, id: string) {
    this.used.push(token);
    if (this.refuseOnce) {
      this.refuseOnce = false;
      throw new ApiProblem('refused', 401, 'signed-out', 'Sign in again.');
    }
    return { id } as never;
  }
}

const SESSION: Session = { session_token: 'first', discord_access_token: 'of Discord', expires_in: 900 };
const IN_DISCORD: Origin = { kind: 'discord', instanceId: 'i-1', session: SESSION };
const BY_LINK: Origin = { kind: 'link', linkToken: 'signed' };

function accessFrom(origin: Origin) {
  const api = new FakeApi();
  api.isTab = origin.kind === 'link';
  const clock = { now: 0 };
  return { api, clock, access: new RoomAccess(api as unknown as Api, origin, () => clock.now) };
}

describe('the way in', () => {
  it('is the instance in Discord', async () => {
    const { api, access } = accessFrom(IN_DISCORD);
    await access.enter();
    expect(api.ways).toEqual([{ sessionToken: 'first', instanceId: 'i-1' }]);
  });

  it('is the link in a browser tab, and after that what the link gave', async () => {
    const { api, access } = accessFrom(BY_LINK);
    await access.enter();
    await access.enter();
    expect(api.ways).toEqual([{ linkToken: 'signed' }, { sessionToken: 'session 1' }]);
  });

  it('is taken once when two ask at the same moment', async () => {
    const { api, access } = accessFrom(IN_DISCORD);
    await Promise.all([access.enter(), access.enter()]);
    expect(api.ways).toHaveLength(1);
  });
});

describe('tickets', () => {
  it('the first came with the entry, each further one is asked for', async () => {
    const { api, access } = accessFrom(IN_DISCORD);
    await access.enter();
    expect(await access.socketTicket()).toBe('ticket 1');
    expect(await access.socketTicket()).toBe('another for r1');
    expect(api.used).toEqual(['room 1']);
  });

  it('the first is not used when it has grown old', async () => {
    const { clock, access } = accessFrom(IN_DISCORD);
    await access.enter();
    clock.now = MINUTE;
    expect(await access.socketTicket()).toBe('another for r1');
  });
});

describe('renewal', () => {
  it('comes before the room’s token runs out, by Discord’s own token', async () => {
    const { api, clock, access } = accessFrom(IN_DISCORD);
    await access.enter();
    clock.now = 10 * MINUTE;
    await access.video('1_a');
    clock.now = 14.5 * MINUTE;
    await access.video('1_b');
    expect(api.used).toEqual(['room 1', 'room 2']);
    expect(api.proofs).toEqual([{ discord_access_token: 'of Discord' }]);
    expect(api.ways.at(-1)).toEqual({ sessionToken: 'proved 1', instanceId: 'i-1' });
  });

  it('comes when the server no longer takes the token, once', async () => {
    const { api, access } = accessFrom(IN_DISCORD);
    await access.enter();
    api.refuseOnce = true;
    await access.video('1_a');
    expect(api.used).toEqual(['room 1', 'room 2']);
  });

  it('comes in time in a browser tab although nothing is asked for; in Discord there is no need', async () => {
    const tab = accessFrom(BY_LINK);
    await tab.access.enter();
    tab.clock.now = 4 * MINUTE;
    await tab.access.keep();
    expect(tab.api.ways).toHaveLength(1);
    tab.clock.now = 8 * MINUTE;
    await tab.access.keep();
    expect(tab.api.ways).toHaveLength(2);

    const inDiscord = accessFrom(IN_DISCORD);
    await inDiscord.access.enter();
    inDiscord.clock.now = 30 * MINUTE;
    await inDiscord.access.keep();
    expect(inDiscord.api.ways).toHaveLength(1);
  });
});
