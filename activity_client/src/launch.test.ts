import { describe, expect, it } from 'vitest';
import { readLaunch } from './launch';

const FROM_DISCORD =
  '?instance_id=i-1280-gc-42-7&location_id=gc-42-7&launch_id=1280&referrer_id=99&custom_id=movie%20night' +
  '&guild_id=42&channel_id=7&frame_id=0a1b2c3d&platform=desktop';

describe('a launch by Discord', () => {
  it('says who opened what, and where', () => {
    expect(readLaunch(FROM_DISCORD)).toEqual({
      kind: 'activity',
      frameId: '0a1b2c3d',
      instanceId: 'i-1280-gc-42-7',
      platform: 'desktop',
      guildId: '42',
      channelId: '7',
      locationId: 'gc-42-7',
      launchId: '1280',
      referrerId: '99',
      customId: 'movie night',
      mobileAppVersion: null,
    });
  });

  it('tells the version of the app on a phone', () => {
    const launch = readLaunch('frame_id=f&instance_id=i&platform=mobile&mobile_app_version=312.0');
    expect(launch).toMatchObject({ kind: 'activity', platform: 'mobile', mobileAppVersion: '312.0' });
  });

  it.each(['undefined', 'null', ''])('takes the word "%s" for nothing', (word) => {
    const launch = readLaunch(
      `frame_id=f&instance_id=i&platform=desktop&guild_id=${word}&custom_id=${word}&channel_id=${word}`,
    );
    expect(launch).toMatchObject({ kind: 'activity', guildId: null, customId: null, channelId: null });
  });
});

describe('a launch without what the SDK needs', () => {
  it.each([
    ['frame_id=f&platform=desktop', ['instance_id']],
    ['frame_id=f&instance_id=null&platform=mobile', ['instance_id']],
    ['frame_id=f&instance_id=i', ['platform']],
    ['frame_id=f&instance_id=i&platform=television', ['platform']],
    ['frame_id=f', ['instance_id', 'platform']],
  ])('is named: %s', (search, missing) => {
    expect(readLaunch(search)).toEqual({ kind: 'incomplete', missing });
  });
});

describe('a browser tab', () => {
  it.each([
    '',
    '?',
    '?instance_id=i&platform=desktop',
    '?frame_id=',
    '?frame_id=undefined',
    '?frame_id=null',
  ])('is outside Discord: "%s"', (search) => {
    expect(readLaunch(search)).toEqual({ kind: 'outside' });
  });
});
