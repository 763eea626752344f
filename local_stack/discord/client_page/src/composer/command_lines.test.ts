import { describe, expect, it } from 'vitest';
import type { Command } from '../api/world';
import { JOIN, LIST, START } from '../testing/little_world';
import { commandLines, linesMatching, typedCommand } from './command_lines';

const CONFIG: Command = {
  id: '1',
  type: 1,
  name: 'config',
  description: 'Settings',
  options: [
    {
      type: 1,
      name: 'get',
      description: 'Read one',
      options: [{ type: 3, name: 'key', description: 'Which' }],
    },
    {
      type: 2,
      name: 'role',
      description: '',
      options: [{ type: 1, name: 'add', description: 'Add a role' }],
    },
  ],
};
const LAUNCH: Command = { id: '2', type: 4, name: 'launch', description: '' };
const LINES = commandLines([START, JOIN, LIST, CONFIG, LAUNCH]);

describe('the commands that can be typed', () => {
  it('are the chat commands, one line for each subcommand', () => {
    const names = LINES.map((line) => line.name);
    expect(names).toEqual(['config get', 'config role add', 'kaltura-join', 'kaltura-list', 'kaltura-start']);
  });

  it('ask for what is required first', () => {
    const start = LINES.find((line) => line.name === 'kaltura-start');
    expect(start?.options.map((option) => option.name)).toEqual(['type', 'title', 'about']);
  });

  it('are found by their beginning before any other part', () => {
    const names = (typed: string) => linesMatching(LINES, typed).map((line) => line.name);
    expect(names('kal')).toEqual(['kaltura-join', 'kaltura-list', 'kaltura-start']);
    expect(names('Start')).toEqual(['kaltura-start']);
    expect(names('zzz')).toEqual([]);
  });
});

describe('a command that is typed or pasted in full', () => {
  const texts = (text: string) => Object.fromEntries(typedCommand(LINES, text)?.texts ?? []);

  it('gives each option its words, with commas and colons in them', () => {
    expect(texts('/kaltura-start type: Webinar title: Physics, part 2: waves')).toEqual({
      type: 'Webinar',
      title: 'Physics, part 2: waves',
    });
  });

  it('gives words without a name to the first option', () => {
    expect(texts('/kaltura-join Weekly review')).toEqual({ meeting: 'Weekly review' });
  });

  it('waits for the space after the name', () => {
    expect(typedCommand(LINES, '/kaltura-list')).toBeNull();
    expect(typedCommand(LINES, '/kaltura-list ')?.line.name).toBe('kaltura-list');
  });

  it('finds the longest name', () => {
    expect(typedCommand(LINES, '/config role add ')?.line.name).toBe('config role add');
  });

  it('is no command without a slash or with an unknown name', () => {
    expect(typedCommand(LINES, 'kaltura-list ')).toBeNull();
    expect(typedCommand(LINES, '/nothing at all')).toBeNull();
  });
});
