/** The published SDK, unmodified, in conversation with our host: whatever we send, its parser takes. */

import { DiscordSDK } from '@discord/embedded-app-sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BO_INSIDE, PlayedClient } from '../testing/client_around';
import { ANN, APPLICATION, BO } from '../testing/little_world';
import { RpcHost } from './rpc_host';

const FRAME = 'f7a1';
const NEVER_MS = 50;

/** What becomes of a promise within a moment: the SDK itself waits for ever. */
function soon<Value>(promise: Promise<Value>): Promise<Value | 'nothing'> {
  return Promise.race([
    promise,
    new Promise<'nothing'>((resolve) => setTimeout(resolve, NEVER_MS, 'nothing')),
  ]);
}

describe('the SDK and the host', () => {
  let client: PlayedClient;
  let host: RpcHost;
  let sdk: DiscordSDK;
  const complaints = vi.fn();

  beforeEach(() => {
    complaints.mockClear();
    vi.spyOn(console, 'error').mockImplementation(complaints);
    history.replaceState(null, '', `?frame_id=${FRAME}&instance_id=i-1-gc-2-3&platform=desktop&channel_id=3`);
    client = new PlayedClient();
    host = new RpcHost(client, FRAME, (message) => {
      const data = structuredClone(message);
      window.dispatchEvent(new MessageEvent('message', { data, origin: window.location.origin }));
    });
    const parent = { postMessage: (message: unknown) => void host.receive(structuredClone(message)) };
    vi.spyOn(window, 'parent', 'get').mockReturnValue(parent as unknown as Window);
    sdk = new DiscordSDK(APPLICATION, { disableConsoleLogOverride: true });
  });

  afterEach(() => {
    sdk.close(1000, 'end of the test');
    expect(complaints.mock.calls).toEqual([]);
    vi.restoreAllMocks();
  });

  async function enter() {
    await sdk.ready();
    return sdk.commands.authenticate({ access_token: 'good' });
  }

  it('shake hands', async () => {
    expect(await soon(sdk.ready())).not.toBe('nothing');
  });

  it('authorize and authenticate', async () => {
    await sdk.ready();
    const asked = { client_id: APPLICATION, scope: ['identify' as const], prompt: 'none' as const };
    expect(await soon(sdk.commands.authorize(asked))).toEqual({ code: 'a code' });
    const session = await soon(sdk.commands.authenticate({ access_token: 'good' }));
    expect(session).toMatchObject({ user: { id: ANN, global_name: 'Ann' }, scopes: ['identify'] });
  });

  it('tell who takes part', async () => {
    await enter();
    const inside = await soon(sdk.commands.getInstanceConnectedParticipants());
    expect(inside).toMatchObject({ participants: [{ id: ANN, username: 'ann', nickname: 'Annie' }] });
    const heard = vi.fn();
    await soon(sdk.subscribe('ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE', heard));
    client.inside = [...client.inside, BO_INSIDE];
    host.participantsChanged();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(heard.mock.calls[0]?.[0].participants.map((one: { id: string }) => one.id)).toEqual([ANN, BO]);
  });

  it('tell of layout, orientation and heat', async () => {
    await enter();
    const [layout, orientation, heat] = [vi.fn(), vi.fn(), vi.fn()];
    await soon(sdk.subscribe('ACTIVITY_LAYOUT_MODE_UPDATE', layout));
    await soon(sdk.subscribe('ORIENTATION_UPDATE', orientation));
    await soon(sdk.subscribe('THERMAL_STATE_UPDATE', heat));
    await vi.waitFor(() => expect(heat).toHaveBeenCalledWith({ thermal_state: 0 }));
    expect(orientation).toHaveBeenCalledWith({ screen_orientation: 1, orientation: 'landscape' });
    expect(layout).not.toHaveBeenCalled();
    client.mode = 2;
    client.turned = 'portrait';
    client.heat = 3;
    host.layoutChanged();
    host.orientationChanged();
    host.thermalStateChanged();
    expect(layout).toHaveBeenLastCalledWith({ layout_mode: 2 });
    expect(orientation).toHaveBeenLastCalledWith({ screen_orientation: 0, orientation: 'portrait' });
    expect(heat).toHaveBeenLastCalledWith({ thermal_state: 3 });
  });

  it('agree on every other answer', async () => {
    await enter();
    const { commands } = sdk;
    expect(await soon(commands.openExternalLink({ url: 'https://kaltura.com/' }))).toEqual({ opened: true });
    expect(await soon(commands.openInviteDialog())).toBeNull();
    expect(await soon(commands.shareLink({ message: 'Come' }))).toMatchObject({ success: true });
    expect(await soon(commands.encourageHardwareAcceleration())).toEqual({ enabled: true });
    expect(await soon(commands.setConfig({ use_interactive_pip: true }))).toEqual({
      use_interactive_pip: true,
    });
    expect(await soon(commands.setOrientationLockState({ lock_state: 3 }))).toBeNull();
    expect(await soon(commands.getPlatformBehaviors())).toEqual({ iosKeyboardResizesView: true });
    expect(await soon(commands.userSettingsGetLocale())).toEqual({ locale: 'en-US' });
    expect(await soon(commands.captureLog({ level: 'info', message: 'm' }))).toBeNull();
    expect(client.deeds).toContainEqual(['share', 'Come', null]);
  });

  it('agree on refusals, which reject with code and message', async () => {
    await sdk.ready();
    await expect(sdk.commands.getInstanceConnectedParticipants()).rejects.toEqual({
      code: 4006,
      message: 'Not authenticated or invalid scope',
    });
    await expect(sdk.commands.getSkus()).rejects.toMatchObject({ code: 4002 });
    await expect(sdk.commands.authenticate({ access_token: 'bad' })).rejects.toMatchObject({ code: 4009 });
  });

  it('leave a silenced command unanswered for ever', async () => {
    client.orders = { silent: ['AUTHORIZE'], errors: {} };
    await sdk.ready();
    const asked = sdk.commands.authorize({ client_id: APPLICATION, scope: ['identify'] });
    expect(await soon(asked)).toBe('nothing');
  });

  it('part when either closes', async () => {
    await enter();
    sdk.close(4000, 'the room is over');
    expect(client.deeds).toContainEqual(['closed', 4000, 'the room is over']);
  });
});
