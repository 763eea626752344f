import { act, fireEvent, screen } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { asBo, BO, FakeRoom, roomView } from '../../testing/fake_room';
import { renderRoom } from '../../testing/render_room';

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

describe('over the video', () => {
  it('its poster lies there until it has a picture', () => {
    const room = new FakeRoom();
    room.player.position = null;
    room.screening.set({ kind: 'loading', poster: '/k/cdn/river.jpg' });
    renderRoom(room);
    expect(screen.getByRole('status', { name: 'Loading the video' }).querySelector('img')?.src).toContain(
      'river.jpg',
    );
    act(() => {
      room.player.position = 724;
      room.player.changed();
    });
    expect(screen.queryByRole('status', { name: 'Loading the video' })).toBeNull();
  });

  it('one tap lets the sound in', () => {
    const blocked = {
      state: 'blocked',
      driftMs: null,
      boundMs: null,
      correction: 'none',
      quality: 'good',
    } as const;
    const room = renderRoom(new FakeRoom(asBo({ sync: blocked })));
    press('Tap to join with sound');
    expect(room.player.touches).toBe(1);
  });

  it('a failure is one sentence and one button, and the room is still there', () => {
    const room = new FakeRoom();
    room.screening.set({
      kind: 'failed',
      sentence: 'This video can’t be loaded at the moment.',
      poster: null,
    });
    renderRoom(room);
    press('Try again');
    expect(room.asked).toEqual([['reload']]);
    expect(screen.getByRole('button', { name: /people are here/ })).toBeDefined();
  });

  it('a refusal is explained, with the way out', () => {
    const room = new FakeRoom();
    room.screening.set({ kind: 'refused', sentence: 'It is not available in your country.' });
    renderRoom(room);
    expect(screen.getByRole('alert').textContent).toContain('not available in your country');
    press('Choose another');
    expect(screen.getByRole('dialog', { name: 'Choose a video' })).toBeDefined();
  });

  it('captions are shown in their half', async () => {
    const room = new FakeRoom();
    room.player.chosenCaptions = 0;
    room.player.caption = [{ text: 'Every bend was once straight.', isAbove: false }];
    renderRoom(room);
    expect(await screen.findByText('Every bend was once straight.')).toBeDefined();
    expect(document.querySelector('.captions-below')).not.toBeNull();
  });

  it('reactions rise with the name of who sent them', () => {
    const room = renderRoom(new FakeRoom());
    press('React');
    press('applause');
    expect(room.asked).toEqual([['react', '👏']]);
    act(() => room.happens({ kind: 'reaction', userId: BO, emoji: '👏' }));
    expect(document.querySelector('.floating')?.textContent).toBe('👏Bo');
  });

  it('at the end it says who is still here, and what next', async () => {
    const room = new FakeRoom();
    room.player.hasEnded = true;
    renderRoom(room);
    expect(screen.getByText('Still here with you: Bo and Chen.')).toBeDefined();
    expect(await screen.findByRole('button', { name: /The river/ })).toBeDefined();
    press('Watch again');
    expect(room.asked).toEqual([['play']]);
  });

  it('live has a badge, and a slider only where one can go back', () => {
    const room = renderRoom(new FakeRoom(onAir()));
    expect(screen.getByRole('button', { name: 'Live' })).toBeDefined();
    expect(screen.queryByRole('slider', { name: 'Position in the video' })).toBeNull();
    act(() => {
      room.player.liveWindow = { from: 1_795_000_000, to: 1_795_000_600 };
      room.player.position = 1_795_000_540;
      room.player.changed();
    });
    const slider = screen.getByRole('slider', { name: 'Position in the video' });
    expect(slider.getAttribute('aria-valuetext')).toBe('1 minute behind live');
    press('Live');
    expect(room.asked).toEqual([['seek', 1_795_000_588]]);
  });

  it('a broadcast that the room has not seen yet begins near its end, later where it was paused', () => {
    const room = new FakeRoom(onAir());
    room.player.liveWindow = { from: 1_795_000_000, to: 1_795_000_600 };
    renderRoom(room);
    press('Play (space)');
    expect(room.asked).toEqual([['seek', 1_795_000_588], ['play']]);
    act(() =>
      room.view.change({ timeline: { revision: 5, paused: true, position: 1_795_000_100, rate: 1, at: 0 } }),
    );
    press('Play (space)');
    expect(room.asked.slice(2)).toEqual([['play']]);
  });
});

/** A broadcast, at the beginning of the room's time with it. */
function onAir() {
  const media = { entry_id: '1_live', title: 'Assembly', duration: 0, kind: 'live' } as const;
  return roomView({ media, timeline: { revision: 4, paused: true, position: 0, rate: 1, at: 0 } });
}
