import { describe, expect, it } from 'vitest';

import { Lifecycle } from '../src/lifecycle.ts';

function createLifecycle() {
  const events: string[] = [];
  const lifecycle = new Lifecycle((line) => events.push(line));
  const add = (name: string, close: () => Promise<void> = async () => undefined): void => {
    lifecycle.add(
      name,
      async () => {
        events.push(`close ${name}`);
        await close();
      },
      () => events.push(`abandon ${name}`),
    );
  };
  return { lifecycle, events, add };
}

describe(Lifecycle, () => {
  it('closes in reverse order, each once', async () => {
    const { lifecycle, events, add } = createLifecycle();
    add('mongod');
    add('server');

    await Promise.all([lifecycle.close(), lifecycle.close()]);

    expect(events).toEqual(['close server', 'close mongod']);
    expect(lifecycle.isClosing).toBe(true);
  });

  it('closes the rest when one fails, and reports it', async () => {
    const { lifecycle, events, add } = createLifecycle();
    add('mongod');
    add('server', () => Promise.reject(new Error('stuck')));

    await lifecycle.close();

    expect(events).toEqual(['close server', 'Closing server failed: Error: stuck', 'close mongod']);
  });

  it('closes what was opened meanwhile when it is asked again', async () => {
    const { lifecycle, events, add } = createLifecycle();
    await lifecycle.close();
    add('mongod');

    await lifecycle.close();

    expect(events).toEqual(['close mongod']);
  });

  it('abandons what is still open, the latest first', async () => {
    const { lifecycle, events, add } = createLifecycle();
    add('mongod');
    add('server');

    lifecycle.abandon();

    expect(events).toEqual(['abandon server', 'abandon mongod']);
  });
});
