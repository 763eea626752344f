import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import type { Command } from '../api/world';
import { renderAtDesk } from '../testing/at_desk';
import { FakeDiscord } from '../testing/fake_discord';
import { ANN, ENTRY_POINT, GENERAL, LIST } from '../testing/little_world';
import { ActivityShelf } from './activity_shelf';

class WithActivity extends FakeDiscord {
  override offered: Command[] = [LIST, ENTRY_POINT];
}

describe('the shelf of Activities', () => {
  it('opens the application by its Entry Point', async () => {
    const seen = renderAtDesk(<ActivityShelf />, { discord: new WithActivity() });
    fireEvent.click(screen.getByRole('button', { name: 'Activities' }));
    fireEvent.click(screen.getByRole('button', { name: /Kaltura.*Watch videos together/ }));
    await waitFor(() =>
      expect(seen.discord.interactions).toEqual([{ user_id: ANN, channel_id: GENERAL, entry_point: true }]),
    );
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is not there where the application has no Entry Point', () => {
    renderAtDesk(<ActivityShelf />);
    expect(screen.queryByRole('button', { name: 'Activities' })).toBeNull();
  });
});
