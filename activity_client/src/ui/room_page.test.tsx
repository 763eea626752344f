import { act, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANN, asBo, BO, CHEN, FakeRoom, person, roomView } from '../testing/fake_room';
import { renderRoom } from '../testing/render_room';
import { STILLNESS_MS } from './use_chrome';

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const key = (name: string) => fireEvent.keyDown(document.body, { key: name });
const root = () => document.documentElement.dataset;

describe('the controls', () => {
  it('play and pause the room', () => {
    const room = renderRoom(new FakeRoom());
    press('Pause (space)');
    act(() => room.view.change({ timeline: { revision: 4, paused: true, position: 724, rate: 1, at: 0 } }));
    press('Play (space)');
    expect(room.asked).toEqual([['pause'], ['play']]);
  });

  it('tell the room once where the hand let go', () => {
    const room = renderRoom(new FakeRoom());
    const slider = screen.getByRole('slider', { name: 'Position in the video' });
    fireEvent.input(slider, { target: { value: '1000' } });
    fireEvent.input(slider, { target: { value: '1200' } });
    expect(room.asked).toEqual([]);
    fireEvent.change(slider, { target: { value: '1200' } });
    expect(room.asked).toEqual([['seek', 1200]]);
  });

  it('say to a screen reader where the video stands', () => {
    renderRoom(new FakeRoom());
    const slider = screen.getByRole('slider', { name: 'Position in the video' });
    expect(slider.getAttribute('aria-valuetext')).toBe('12 minutes 4 seconds of 47 minutes 10 seconds');
  });

  it('all have a name', () => {
    renderRoom(new FakeRoom());
    for (const control of screen.getAllByRole('button')) {
      expect(control.getAttribute('aria-label') ?? control.textContent).not.toBe('');
    }
  });

  it('change the sound for oneself alone', () => {
    const room = renderRoom(new FakeRoom());
    press('Sound off (M)');
    expect(room.player.volume.isMuted).toBe(true);
    expect(room.asked).toEqual([]);
  });

  it('offer captions and picture for oneself, and speed for everyone', () => {
    const room = renderRoom(new FakeRoom());
    press('Captions (C)');
    fireEvent.click(screen.getByRole('radio', { name: 'English' }));
    expect(room.player.chosenCaptions).toBe(0);
    press('Picture and speed');
    fireEvent.click(screen.getByRole('radio', { name: '360p' }));
    expect(room.player.chosenLevel).toBe(360);
    fireEvent.click(screen.getByRole('radio', { name: '1.5×' }));
    expect(room.asked).toEqual([['setRate', 1.5]]);
  });
});

describe('whoever may not control', () => {
  it('is told who has the remote, and asks for it with one press', async () => {
    const room = renderRoom(new FakeRoom(asBo()));
    press('Pause (space)');
    expect(room.asked).toEqual([]);
    expect(screen.getByRole('alert').textContent).toContain('Ann has the remote.');
    press('Ask for it');
    expect(room.asked).toEqual([['requestControl']]);
    act(() => room.happens({ kind: 'asked' }));
    expect(screen.getByText('Ann has been asked for the remote.')).toBeDefined();
  });

  it('cannot ask where the remote is locked', () => {
    renderRoom(new FakeRoom(asBo({ whyNot: 'locked' })));
    press('Pause (space)');
    expect(screen.getByRole('alert').textContent).toBe('Ann has locked the remote.');
  });

  it('sees the speed and cannot change it', () => {
    renderRoom(new FakeRoom(asBo()));
    press('Picture and speed');
    expect(screen.getByText(/Speed for everyone: 1×/)).toBeDefined();
    expect(screen.queryByRole('radio', { name: '1.5×' })).toBeNull();
  });

  it('plays and pauses for themselves while watching freely', () => {
    const free = {
      state: 'free',
      driftMs: null,
      boundMs: null,
      correction: 'none',
      quality: 'good',
    } as const;
    const room = renderRoom(new FakeRoom(asBo({ sync: free })));
    press('Pause (space)');
    expect(room.asked).toEqual([['pause']]);
  });
});

describe('the host', () => {
  it('hands over with one press, or not now', () => {
    const room = renderRoom(new FakeRoom(roomView({ requests: [{ userId: BO, name: 'Bo' }] })));
    expect(screen.getByRole('alert').textContent).toContain('Bo asks for the remote.');
    press('Hand it over');
    press('Not now');
    expect(room.asked).toEqual([
      ['transferHost', BO],
      ['dismissRequest', BO],
    ]);
  });

  it('takes control away from one person, and gives it back', () => {
    const room = renderRoom(new FakeRoom());
    press(/people are here/);
    press('What Chen may do');
    press('Take Chen’s control away');
    const { control } = roomView();
    act(() => room.view.change({ control: control && { ...control, barred: [CHEN] } }));
    expect(screen.getByText('may not control')).toBeDefined();
    press('Give Chen’s control back');
    expect(room.asked).toEqual([
      ['setControl', { bar: CHEN }],
      ['setControl', { unbar: CHEN }],
    ]);
  });

  it('decides who controls, whom the room waits for, locks, and closes only when asked twice', () => {
    const room = renderRoom(new FakeRoom());
    press(/people are here/);
    const [only, wait] = screen.getAllByRole('radio', { name: 'Everyone' });
    fireEvent.click(only as HTMLElement);
    fireEvent.click(wait as HTMLElement);
    fireEvent.click(screen.getByRole('checkbox', { name: /Lock the remote/ }));
    press('Close this room');
    press('Close it');
    expect(room.asked).toEqual([
      ['setControl', { mode: 'everyone' }],
      ['setControl', { wait_for_buffering: 'everyone' }],
      ['setControl', { locked: true }],
      ['closeRoom'],
    ]);
  });

  it('is asked about the video of a launch while the room shows another', () => {
    const room = new FakeRoom();
    room.proposed = {
      id: '1_other',
      title: 'Orbit',
      description: '',
      duration: 60,
      kind: 'video',
      created_at: 0,
      plays: 0,
      thumbnail: null,
      grant: 'signed',
    };
    renderRoom(room);
    expect(screen.getByRole('alert').textContent).toContain('Play “Orbit” now, for everyone?');
    press('Play it');
    expect(room.asked).toEqual([['setMedia', 'signed']]);
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('who is here', () => {
  it('is said with the host, those who buffer and those who watch alone', () => {
    const roster = [
      person(ANN, 'Ann'),
      person(BO, 'Bo', { state: 'buffering' }),
      person(CHEN, 'Chen', { state: 'free', via: 'browser' }),
    ];
    renderRoom(new FakeRoom(asBo({ roster, total: 7 })));
    press('7 people are here');
    const people = screen.getAllByRole('listitem').map((item) => item.textContent);
    expect(people[0]).toContain('has the remote');
    expect(people[1]).toContain('buffering');
    expect(people[2]).toContain('watching freely · in a browser tab');
    expect(screen.getByText('And 4 more.')).toBeDefined();
    expect(screen.getByText(/does not wait for people who buffer/)).toBeDefined();
  });

  it('comes and goes with a quiet note, but not at one’s own arrival', () => {
    const room = renderRoom(new FakeRoom(roomView({ you: null, roster: [], total: 0 })));
    act(() => room.view.set(roomView()));
    const notes = screen.getAllByRole('status').find((one) => one.getAttribute('aria-live') === 'polite');
    expect(notes?.textContent).toBe('');
    act(() =>
      room.view.change({ roster: [person(ANN, 'Ann'), person(BO, 'Bo'), person('9', 'Dana')], total: 3 }),
    );
    expect(notes?.textContent).toBe('Dana joined.Chen left.');
  });
});

describe('in step', () => {
  it('is said in words and one number, and explained when pressed', () => {
    const room = renderRoom(new FakeRoom());
    expect(screen.getByTitle(/in step/).textContent).toBe('in sync·6 ms');
    fireEvent.click(screen.getByTitle(/in step/));
    expect(screen.getByText('You see what everyone sees, within 6 ms (measured to 2 ms).')).toBeDefined();
    press('Sync now');
    press('Watch freely');
    expect(room.asked).toEqual([['syncNow'], ['watchFreely']]);
  });

  it('leads back to the host', () => {
    const free = {
      state: 'free',
      driftMs: null,
      boundMs: null,
      correction: 'none',
      quality: 'good',
    } as const;
    const room = renderRoom(new FakeRoom(asBo({ sync: free })));
    fireEvent.click(screen.getByTitle(/in step/));
    press('Back to Ann');
    expect(room.asked).toEqual([['backToHost']]);
  });
});

describe('stillness', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('leaves nothing but the picture; a movement or a key brings the controls back', () => {
    renderRoom(new FakeRoom());
    expect(root().chrome).toBe('shown');
    act(() => void vi.advanceTimersByTime(STILLNESS_MS + 10));
    expect(root().chrome).toBe('hidden');
    key('m');
    expect(root().chrome).toBe('shown');
  });

  it('keeps the controls while the video stands still or a panel is open', () => {
    const room = renderRoom(new FakeRoom());
    press('Captions (C)');
    act(() => void vi.advanceTimersByTime(STILLNESS_MS * 2));
    expect(root().chrome).toBe('shown');
    press('Captions (C)');
    act(() => void vi.advanceTimersByTime(STILLNESS_MS * 2));
    expect(root().chrome).toBe('hidden');
    act(() => room.view.change({ timeline: { revision: 9, paused: true, position: 1, rate: 1, at: 0 } }));
    expect(root().chrome).toBe('shown');
  });
});

describe('the shapes', () => {
  it('small: the video, its captions and a sign, and nothing to press by mistake', () => {
    const room = renderRoom(new FakeRoom());
    act(() => room.frame.change({ layout: 'pip' }));
    expect(root().shape).toBe('pip');
    expect(screen.queryByRole('slider')).toBeNull();
    expect(screen.getByTitle(/in step/).textContent).toContain('6 ms');
    act(() => room.frame.change({ layout: 'grid' }));
    expect(screen.getByText('The river')).toBeDefined();
    act(() => room.frame.change({ layout: 'focused' }));
    expect(root().shape).toBe('landscape');
    expect(screen.getByRole('slider', { name: 'Position in the video' })).toBeDefined();
  });

  it('an open panel closes when the picture becomes small', async () => {
    const room = renderRoom(new FakeRoom());
    press(/people are here/);
    act(() => room.frame.change({ layout: 'pip' }));
    act(() => room.frame.change({ layout: 'focused' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('the end of a room', () => {
  it('is a sentence, and what to do', () => {
    const room = renderRoom(new FakeRoom());
    act(() => room.view.change({ connection: { state: 'closed', reason: 'closed', sentence: null } }));
    expect(screen.getByRole('alert').textContent).toContain('The host has closed this room.');
  });
});
