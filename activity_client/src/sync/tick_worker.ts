/** The worker of `ticker.ts`: told an interval in milliseconds, it says so each time it has passed. */

addEventListener('message', (event: MessageEvent<number>) => {
  setInterval(() => postMessage(null), event.data);
});

export {};
