import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTicking } from './ticker';

class FakeWorker {
  static last: FakeWorker | null = null;
  onmessage: (() => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;
  told: unknown = null;
  isTerminated = false;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(message: unknown): void {
    this.told = message;
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the tick', () => {
  it('comes from a timer where there are no workers', () => {
    vi.stubGlobal('Worker', undefined);
    const ticks = vi.fn();
    const stop = startTicking(100, ticks);
    vi.advanceTimersByTime(1_000);
    expect(ticks).toHaveBeenCalledTimes(10);
    stop();
    vi.advanceTimersByTime(1_000);
    expect(ticks).toHaveBeenCalledTimes(10);
  });

  it('comes from a timer where the policy refuses the worker, silently or not', () => {
    vi.stubGlobal('Worker', FakeWorker);
    const ticks = vi.fn();
    const stop = startTicking(100, ticks);
    const prevented = vi.fn();
    FakeWorker.last?.onerror?.({ preventDefault: prevented });
    vi.advanceTimersByTime(500);
    expect(prevented).toHaveBeenCalled();
    expect(ticks).toHaveBeenCalledTimes(5);
    stop();
    expect(FakeWorker.last?.isTerminated).toBe(true);
  });

  it('comes from the worker alone once it ticks', () => {
    vi.stubGlobal('Worker', FakeWorker);
    const ticks = vi.fn();
    const stop = startTicking(100, ticks);
    expect(FakeWorker.last?.told).toBe(100);
    FakeWorker.last?.onmessage?.();
    FakeWorker.last?.onmessage?.();
    vi.advanceTimersByTime(1_000);
    expect(ticks).toHaveBeenCalledTimes(2);
    stop();
    expect(FakeWorker.last?.isTerminated).toBe(true);
  });

  it('is what the worker says each time that its interval has passed', async () => {
    const heard: ((event: { data: number }) => void)[] = [];
    const posted = vi.fn();
    vi.stubGlobal('addEventListener', (_: string, listener: (event: { data: number }) => void) =>
      heard.push(listener),
    );
    vi.stubGlobal('postMessage', posted);
    await import('./tick_worker');
    heard[0]?.({ data: 250 });
    vi.advanceTimersByTime(1_000);
    expect(posted).toHaveBeenCalledTimes(4);
  });
});
