import { fireEvent, render, screen } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { SelectMenu } from './select_menu';

const CHOICES = ['Webinar', 'Room', 'Classroom'].map((label) => ({
  value: label.toLowerCase(),
  label,
  description: null,
  colour: null,
  avatarUrl: null,
  emoji: null,
  icon: null,
}));

function show(most: number, values: string[] = []) {
  const chosen: string[][] = [];
  render(
    <SelectMenu
      label="Kind"
      placeholder="Which kind?"
      choices={CHOICES}
      values={values}
      least={1}
      most={most}
      onChosen={(next) => chosen.push(next)}
    />,
  );
  fireEvent.click(screen.getByRole('combobox', { name: 'Kind' }));
  return chosen;
}

describe('a select menu', () => {
  it('gives on a single choice at once', () => {
    const chosen = show(1);
    fireEvent.click(screen.getByRole('option', { name: 'Room' }));
    expect(chosen).toEqual([['room']]);
    expect(screen.queryByRole('listbox')).toBeNull();
  });

  it('is worked by keys alone', () => {
    const chosen = show(1);
    const search = screen.getByRole('textbox');
    fireEvent.input(search, { target: { value: 'room' } });
    fireEvent.keyDown(search, { key: 'ArrowDown' });
    fireEvent.keyDown(search, { key: 'Enter' });
    expect(chosen).toEqual([['classroom']]);
  });

  it('gives on several choices when it closes', () => {
    const chosen = show(2);
    fireEvent.click(screen.getByRole('option', { name: 'Room' }));
    fireEvent.click(screen.getByRole('option', { name: 'Webinar' }));
    expect(chosen).toEqual([]);
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' });
    expect(chosen).toEqual([['room', 'webinar']]);
  });

  it('shows several choices side by side, and what is no more without a name', () => {
    show(3, ['room', 'opera']);
    const field = screen.getByRole('combobox', { name: 'Kind' });
    expect([...field.querySelectorAll('.select-chip')].map((chip) => chip.textContent)).toEqual([
      'Room',
      'Unknown',
    ]);
  });

  it('says nothing when nothing changed', () => {
    const chosen = show(2, ['room']);
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' });
    expect(chosen).toEqual([]);
  });
});
