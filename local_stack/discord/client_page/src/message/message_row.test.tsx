import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import type { Message } from '../api/messages';
import { renderAtDesk } from '../testing/at_desk';
import { ANN, answer, BO, message, STUDENTS, THE_SCHOOL } from '../testing/little_world';
import { concerns, MessageRow } from './message_row';

const USER_BO = { id: BO, username: 'bo', global_name: 'Bo' };
const NOTES = { ephemeral_for: null, state: 'sent', failure: null } as const;

function show(one: Message, waiting: string | null = null) {
  const state = waiting === null ? {} : { waiting: { [one.id]: waiting } };
  return renderAtDesk(<MessageRow message={one} compact={false} />, { state });
}

describe('a message', () => {
  it('says who wrote it, and that an application is one', () => {
    show(answer('1', { content: 'Hello' }));
    const row = screen.getByRole('article', { name: 'Message from Kaltura' });
    expect(row.textContent).toContain('APP');
    expect(row.textContent).toContain('Hello');
  });

  it('names the command that it answers', () => {
    const seen = show(
      answer('1', { interaction_metadata: { id: '9', type: 2, name: 'kaltura-start', user: USER_BO } }),
    );
    expect(document.querySelector('.reply-line')?.textContent).toBe('BBoused/kaltura-start');
    fireEvent.click(screen.getByRole('button', { name: '/kaltura-start' }));
    expect(seen.started).toEqual(['kaltura-start']);
  });

  it('names what was chosen from a menu as it stands there', () => {
    show(answer('1', { interaction_metadata: { id: '9', type: 2, name: 'Watch together', user: USER_BO } }));
    expect(document.querySelector('.reply-line')?.textContent).toBe('BBousedWatch together');
    expect(screen.queryByRole('button', { name: /Watch together/ })).toBeNull();
  });

  it('says that only you see it, and goes when you say so', () => {
    const seen = show(answer('1', { content: 'psst', _sim: { ...NOTES, ephemeral_for: ANN } }));
    expect(screen.getByText('Only you can see this')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss message' }));
    expect(seen.discord.interactions).toEqual([]);
  });

  it('shows that the application is thinking', () => {
    show(answer('1', { timestamp: new Date().toISOString(), _sim: { ...NOTES, state: 'thinking' } }));
    expect(screen.getByRole('status').textContent).toContain('Kaltura is thinking…');
  });

  it('gives up on an application that thinks for a quarter of an hour', () => {
    const longAgo = new Date(Date.now() - 16 * 60 * 1000).toISOString();
    show(answer('1', { timestamp: longAgo, _sim: { ...NOTES, state: 'thinking' } }));
    expect(screen.getByRole('alert').textContent).toContain('The application did not respond');
  });

  it('shows a failure', () => {
    show(answer('1', { _sim: { ...NOTES, state: 'failed', failure: 'The application did not respond' } }));
    expect(screen.getByRole('alert').textContent).toBe('The application did not respond');
  });

  it('says that it was edited', () => {
    show(message('1', { edited_timestamp: '2026-11-20T11:00:00Z' }));
    expect(screen.getByText('(edited)')).toBeDefined();
  });

  it('concerns those it mentions, by name, by role or all together', () => {
    const place = { guildId: '', channelId: '', userId: BO };
    const seenByBo = (one: Message) => {
      return concerns(one, { place, server: THE_SCHOOL });
    };
    expect(seenByBo(message('1'))).toBe(false);
    expect(seenByBo(message('1', { mentions: [USER_BO] }))).toBe(true);
    expect(seenByBo(message('1', { mention_roles: [STUDENTS] }))).toBe(true);
    expect(seenByBo(message('1', { mention_everyone: true }))).toBe(true);
  });

  it('draws an embed with its fields', () => {
    const embeds = [{ title: 'Timetable', color: 255, fields: [{ name: 'Monday', value: '**Physics**' }] }];
    show(answer('1', { embeds }));
    expect(document.querySelector('.embed')?.textContent).toBe('TimetableMondayPhysics');
  });
});

describe('a card of components', () => {
  const card = answer('7', {
    flags: 1 << 15,
    components: [
      {
        type: 17,
        accent_color: 0x23a55a,
        components: [
          {
            type: 9,
            components: [{ type: 10, content: '**Weekly review**' }],
            accessory: { type: 11, media: { url: 'attachment://room.png' }, description: 'The room' },
          },
          { type: 14 },
          {
            type: 1,
            components: [
              { type: 2, style: 1, label: 'Join', custom_id: 'join' },
              { type: 2, style: 4, label: 'End', custom_id: 'end', disabled: true },
              { type: 2, style: 5, label: 'Open', url: 'https://example.com/' },
            ],
          },
          { type: 12, items: [{ media: { url: '/a.png' }, description: 'A' }] },
          { type: 13, file: { url: 'attachment://notes.txt' } },
          { type: 1, components: [{ type: 3, custom_id: 'kind', options: [{ label: 'Room', value: 'r' }] }] },
        ],
      },
    ],
    attachments: [
      { id: '1', filename: 'room.png', size: 10, url: '/cdn/room.png' },
      { id: '2', filename: 'notes.txt', size: 2048, url: '/cdn/notes.txt' },
    ],
  });

  it('shows everything that it holds, and its pictures from where they are', () => {
    show(card);
    expect(screen.getByText('Weekly review').tagName).toBe('STRONG');
    expect(screen.getByRole('img', { name: 'The room' }).getAttribute('src')).toBe('/cdn/room.png');
    expect(screen.getByRole('img', { name: 'A' })).toBeDefined();
    expect(screen.getByRole('link', { name: 'notes.txt' }).getAttribute('href')).toBe('/cdn/notes.txt');
    expect(screen.getByText('2.0 KB')).toBeDefined();
    expect(screen.getByRole('separator')).toBeDefined();
  });

  it('sends a press, and opens links elsewhere', async () => {
    const { discord } = show(card);
    fireEvent.click(screen.getByRole('button', { name: 'Join' }));
    await waitFor(() =>
      expect(discord.interactions[0]).toMatchObject({ component: 'join', message_id: '7' }),
    );
    expect(screen.getByRole('link', { name: 'Open' }).getAttribute('rel')).toBe('noopener');
    expect((screen.getByRole('button', { name: 'End' }) as HTMLButtonElement).disabled).toBe(true);
  });

  it('sends what is chosen in a select', async () => {
    const { discord } = show(card);
    fireEvent.click(screen.getByRole('combobox', { name: 'Make a selection' }));
    fireEvent.click(screen.getByRole('option', { name: 'Room' }));
    await waitFor(() => expect(discord.interactions[0]).toMatchObject({ component: 'kind', values: ['r'] }));
  });

  it('shows dots on the button that waits, and lets no other be pressed', () => {
    show(card, 'join');
    const join = screen.getByRole('button', { name: 'Join' }) as HTMLButtonElement;
    expect(join.getAttribute('aria-busy')).toBe('true');
    expect(join.querySelector('.dots')).not.toBeNull();
    expect(join.disabled).toBe(true);
  });
});
