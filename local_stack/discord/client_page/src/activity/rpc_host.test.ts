import { beforeEach, describe, expect, it } from 'vitest';
import { PlayedClient } from '../testing/client_around';
import { APPLICATION } from '../testing/little_world';
import { HOST_COMMANDS } from './rpc_commands';
import { RpcHost } from './rpc_host';
import { Opcode, type Payload } from './wire';

const FRAME = 'a-frame';
const HELLO = { v: 1, encoding: 'json', client_id: APPLICATION, frame_id: FRAME };

describe('the host, by the letter of the protocol', () => {
  let client = new PlayedClient();
  let sent: (readonly [number, Payload])[] = [];
  let now = 0;
  let host: RpcHost;

  beforeEach(() => {
    client = new PlayedClient();
    sent = [];
    now = 0;
    host = new RpcHost(
      client,
      FRAME,
      (message) => sent.push(message as readonly [number, Payload]),
      () => now,
    );
  });

  async function shake(more: Payload = {}) {
    await host.receive([Opcode.handshake, { ...HELLO, ...more }]);
  }

  async function send(cmd: string, args: unknown = {}, more: Payload = {}): Promise<Payload | undefined> {
    await host.receive([Opcode.frame, { cmd, args, nonce: 'n', ...more }]);
    return sent.findLast(([, payload]) => payload.cmd === cmd)?.[1];
  }

  async function enter() {
    await shake();
    await send('AUTHENTICATE', { access_token: 'good' });
  }

  it.each([
    [{ v: 2 }, 4004],
    [{ encoding: 'etf' }, 4005],
    [{ client_id: '1' }, 4000],
  ])('closes a wrong handshake', async (wrong, code) => {
    await shake(wrong);
    expect(sent).toEqual([[Opcode.close, expect.objectContaining({ code })]]);
  });

  it('answers READY to its own frame only, each time it is asked', async () => {
    await shake({ frame_id: 'another' });
    expect(sent).toEqual([]);
    await shake();
    await shake();
    expect(sent.map(([, payload]) => payload.evt)).toEqual(['READY', 'READY']);
  });

  it('closes after sixty handshakes in a minute', async () => {
    for (let attempt = 0; attempt < 61; attempt += 1) {
      await shake();
    }
    expect(sent.at(-1)).toEqual([Opcode.close, { code: 4002, message: 'Rate limited' }]);
    now = 61_000;
    await shake();
    expect(sent.at(-1)?.[1].evt).toBe('READY');
  });

  it('hears no command before the handshake, and nothing that is no message', async () => {
    await send('GET_PLATFORM_BEHAVIORS');
    for (const noise of ['text', null, [1], [1, null], { 0: 1 }, ['1', {}]]) {
      await host.receive(noise);
    }
    expect(sent).toEqual([]);
  });

  it('checks nonce, command, session and arguments in this order', async () => {
    await shake();
    expect((await send('NONSENSE', 1, { nonce: undefined }))?.data).toEqual({
      code: 4000,
      message: 'Payload requires a nonce',
    });
    expect((await send('NONSENSE', 1))?.data).toEqual({ code: 4002, message: 'Invalid command: NONSENSE' });
    expect((await send('toString'))?.data).toMatchObject({ code: 4002 });
    expect((await send('SHARE_LINK', {}))?.data).toEqual({
      code: 4006,
      message: 'Not authenticated or invalid scope',
    });
    await send('AUTHENTICATE', { access_token: 'good' });
    expect((await send('SHARE_LINK', {}))?.data).toMatchObject({ code: 4000 });
    expect((await send('SHARE_LINK', { message: 'Come' }))?.evt).toBeNull();
  });

  it('lets before AUTHENTICATE only what Discord lets', async () => {
    await shake();
    const open = Object.keys(HOST_COMMANDS).filter((name) => HOST_COMMANDS[name]?.needs === null);
    expect(open.sort()).toEqual([
      'AUTHENTICATE',
      'AUTHORIZE',
      'CAPTURE_LOG',
      'ENCOURAGE_HW_ACCELERATION',
      'GET_PLATFORM_BEHAVIORS',
      'OPEN_EXTERNAL_LINK',
      'SET_ORIENTATION_LOCK_STATE',
    ]);
    for (const name of Object.keys(HOST_COMMANDS).filter((one) => !open.includes(one))) {
      expect((await send(name))?.data).toMatchObject({ code: 4006 });
    }
  });

  it.each([
    ['AUTHORIZE', { client_id: '1', scope: ['identify'] }, 4007],
    ['AUTHORIZE', { client_id: APPLICATION, scope: [] }, 4000],
    ['AUTHORIZE', { client_id: APPLICATION, scope: ['identify'], response_type: 'token' }, 4000],
    ['AUTHORIZE', { client_id: APPLICATION, scope: ['identify'], prompt: 'consent' }, 4000],
    ['AUTHENTICATE', { access_token: 'bad' }, 4009],
    ['AUTHENTICATE', {}, 4000],
    ['OPEN_EXTERNAL_LINK', { url: 'javascript:alert(1)' }, 4000],
    ['OPEN_EXTERNAL_LINK', { url: 'nonsense' }, 4000],
    ['SET_ORIENTATION_LOCK_STATE', { lock_state: 4 }, 4000],
    ['SET_ORIENTATION_LOCK_STATE', { lock_state: 1, grid_lock_state: 9 }, 4000],
    ['CAPTURE_LOG', { level: 'shout', message: 'm' }, 4000],
    ['SUBSCRIBE', {}, 4004],
  ])('refuses %s with %o', async (cmd, args, code) => {
    await shake();
    expect(await send(cmd, args, { evt: 'NO_SUCH_EVENT' })).toMatchObject({
      evt: 'ERROR',
      nonce: 'n',
      data: { code },
    });
  });

  it('says when the person refuses', async () => {
    client.agrees = false;
    await shake();
    const refused = await send('AUTHORIZE', { client_id: APPLICATION, scope: ['identify'] });
    expect(refused?.data).toEqual({ code: 5000, message: 'OAuth2 Error: access_denied' });
  });

  it('tells events only to who asked, and not after they unsubscribed', async () => {
    await enter();
    client.mode = 1;
    host.layoutChanged();
    const told = () => sent.filter(([, payload]) => payload.evt === 'ACTIVITY_LAYOUT_MODE_UPDATE');
    expect(told()).toEqual([]);
    await send('SUBSCRIBE', {}, { evt: 'ACTIVITY_LAYOUT_MODE_UPDATE' });
    host.layoutChanged();
    expect(told()).toHaveLength(1);
    await send('UNSUBSCRIBE', { other: 'arguments' }, { evt: 'ACTIVITY_LAYOUT_MODE_UPDATE' });
    host.layoutChanged();
    expect(told()).toHaveLength(2);
    await send('UNSUBSCRIBE', {}, { evt: 'ACTIVITY_LAYOUT_MODE_UPDATE' });
    host.layoutChanged();
    expect(told()).toHaveLength(2);
  });

  it('is silent and errs as a test orders', async () => {
    client.orders = { silent: ['HANDSHAKE'], errors: {} };
    await shake();
    expect(sent).toEqual([]);
    client.orders = { silent: ['CAPTURE_LOG'], errors: { AUTHENTICATE: { code: 4009, message: 'no' } } };
    await shake();
    expect(await send('CAPTURE_LOG', { level: 'log', message: 'm' })).toBeUndefined();
    expect((await send('AUTHENTICATE', { access_token: 'good' }))?.data).toEqual({
      code: 4009,
      message: 'no',
    });
  });

  it('forgets session and subscriptions when the frame closes', async () => {
    await enter();
    await host.receive([Opcode.close, { code: 1000, message: 'bye' }]);
    expect(client.deeds).toContainEqual(['closed', 1000, 'bye']);
    await shake();
    expect((await send('SHARE_LINK', { message: 'Come' }))?.data).toMatchObject({ code: 4006 });
  });
});
