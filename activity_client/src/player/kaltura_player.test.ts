import { describe, expect, it } from 'vitest';
import type { Playback } from '../api/answers';
import type { PlayerEvent } from '../sync/player_port';
import { FakeEmbed } from '../testing/fake_embed';
import { KalturaPlayer } from './kaltura_player';

const FILM: Playback = {
  entry_id: '1_film0001',
  title: 'The river',
  duration: 60,
  kind: 'video',
  poster: null,
  manifest: '/api/v1/media/token/master.m3u8',
  captions: [],
  player: { script: '/k/cdn/player.js', partner_id: 7, ui_conf_id: 8 },
  expires_at_ms: 0,
};

async function playing(playback: Playback = FILM) {
  const embed = new FakeEmbed();
  const events: PlayerEvent[] = [];
  const clock = { now: 1000 };
  const player = new KalturaPlayer({
    targetId: 'film',
    document,
    now: () => clock.now,
    load: async () => embed,
  });
  player.subscribe((event) => events.push(event));
  await player.load(playback);
  return { embed, player, events, clock };
}

async function ready(playback: Playback = FILM) {
  const all = await playing(playback);
  all.embed.happens('loadedmetadata');
  all.events.length = 0;
  return all;
}

describe('setting up', () => {
  it('leaves to Kaltura’s player what it does well, and nothing that the room decides', async () => {
    const { embed } = await playing();
    expect(embed.setups).toHaveLength(1);
    expect(embed.setups[0]).toMatchObject({
      provider: { partnerId: 7, uiConfId: 8 },
      playback: { autoplay: false, playsinline: true, preload: 'auto', pictureInPicture: false },
      ui: { disable: true },
    });
  });

  it('happens once, however many videos are shown', async () => {
    const { embed, player } = await ready();
    await player.load({ ...FILM, entry_id: '1_other' });
    expect(embed.setups).toHaveLength(1);
    expect(embed.media).toHaveLength(2);
  });

  it('says so where the script does not load, and can be tried again', async () => {
    const embed = new FakeEmbed();
    let isBroken = true;
    const load = async () => {
      if (isBroken) {
        throw new Error('no network');
      }
      return embed;
    };
    const player = new KalturaPlayer({ targetId: 'film', document, now: () => 0, load });
    await player.load(FILM);
    expect(player.state).toBe('failed');
    isBroken = false;
    await player.load(FILM);
    expect(player.state).toBe('loading');
  });
});

describe('states', () => {
  it('go from empty over loading to ready, and to the end and back', async () => {
    const { embed, player } = await playing();
    expect(player.state).toBe('loading');
    expect(player.sample()).toBeNull();
    embed.happens('loadedmetadata');
    expect(player.state).toBe('ready');
    embed.happens('ended');
    expect(player.state).toBe('ended');
    embed.happens('seeking');
    expect(player.state).toBe('ready');
    player.empty();
    expect(player.state).toBe('empty');
  });

  it('leave ready as soon as other media is loaded, and its rate starts anew', async () => {
    const { embed, player } = await ready();
    player.setRate(1.05);
    expect(embed.set.playbackRate).toBe(1.05);
    const loading = player.load({ ...FILM, entry_id: '1_other' });
    expect(player.state).toBe('loading');
    await loading;
    expect(embed.set.playbackRate).toBe(1);
  });

  it('fail only by an error that is final, and once', async () => {
    const { embed, player, events } = await ready();
    embed.happens('error', { severity: 1, code: 1002 });
    expect(player.state).toBe('ready');
    embed.happens('error', { severity: 2, code: 1002 });
    embed.happens('error', { severity: 2, code: 3018 });
    expect(player.state).toBe('failed');
    expect(events.filter((event) => event.kind === 'failed')).toHaveLength(1);
  });
});

describe('events', () => {
  it('a refused play is told, another failure of play is not taken for one', async () => {
    const { embed, events } = await ready();
    embed.happens('playfailed', { error: { name: 'AbortError' } });
    expect(events).toEqual([]);
    embed.happens('playfailed', { error: { name: 'NotAllowedError' } });
    expect(events).toEqual([{ kind: 'blocked' }]);
  });

  it('the browser’s pause at the end is nobody’s', async () => {
    const { embed, events } = await ready();
    embed.set.ended = true;
    embed.happens('pause');
    expect(events).toEqual([]);
    embed.set.ended = false;
    embed.happens('pause');
    expect(events).toEqual([{ kind: 'paused' }]);
  });

  it('it buffers while it ought to play and has nothing ahead', async () => {
    const { embed, player } = await ready();
    embed.set.readyState = 2;
    expect(player.isBuffering).toBe(false);
    embed.set.paused = false;
    expect(player.isBuffering).toBe(true);
    embed.set.readyState = 4;
    expect(player.isBuffering).toBe(false);
  });
});

describe('time', () => {
  it('is the element’s', async () => {
    const { embed, player, clock } = await ready();
    embed.set.currentTime = 12.5;
    clock.now = 4321;
    expect(player.sample()).toEqual({ mediaSeconds: 12.5, atMs: 4321 });
    player.seek(-3);
    expect(embed.set.currentTime).toBe(0);
  });

  it('of live media is the programme’s own', async () => {
    const { embed, player } = await ready({ ...FILM, kind: 'live' });
    expect(player.sample()).toBeNull();
    Object.assign(embed.video, { getStartDate: () => new Date(1_795_000_000_000) });
    embed.set.currentTime = 30;
    expect(player.sample()?.mediaSeconds).toBe(1_795_000_030);
    player.seek(1_795_000_020);
    expect(embed.set.currentTime).toBe(20);
    expect(player.durationSeconds).toBeNaN();
  });
});

describe('the picture', () => {
  const TRACKS = [
    { height: 360, bandwidth: 800 },
    { height: 720, bandwidth: 2000 },
    { height: 720, bandwidth: 3000 },
  ];

  it('is chosen by its lines, the richest of each', async () => {
    const { embed, player } = await ready();
    embed.tracks = TRACKS;
    expect(player.levels).toEqual([720, 360]);
    player.chooseLevel(720);
    expect(embed.selected).toBe(TRACKS[2]);
    expect(player.chosenLevel).toBe(720);
    player.chooseLevel(null);
    expect(embed.selected).toBeNull();
    player.chooseLevel(1080);
    expect(player.chosenLevel).toBeNull();
  });

  it('costs less while the phone is hot', async () => {
    const { embed, player } = await ready();
    player.setHot(true);
    player.setHot(false);
    expect(embed.configurations).toEqual([
      { abr: { restrictions: { maxHeight: 480 } } },
      { abr: { restrictions: { maxHeight: Number.POSITIVE_INFINITY } } },
    ]);
  });
});
