// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Questions } from './questions';
import { WISH_ANSWER_MS } from './wishes';

describe('questions', () => {
  it('are answered by their numbers, once', () => {
    const questions = new Questions();
    questions.ask(1, 'media', 0);
    questions.ask(2, 'close', 0);
    expect(questions.answer(2)).toBe('close');
    expect(questions.answer(2)).toBeNull();
    expect(questions.answer(9)).toBeNull();
  });

  it('are given up when they have waited too long', () => {
    const questions = new Questions();
    questions.ask(1, 'media', 0);
    questions.ask(2, 'close', 1_000);
    expect(questions.takeUnanswered(WISH_ANSWER_MS - 1)).toEqual([]);
    expect(questions.takeUnanswered(WISH_ANSWER_MS)).toEqual(['media']);
    expect(questions.takeAll()).toEqual(['close']);
    expect(questions.takeAll()).toEqual([]);
  });
});
