import { MongoError } from 'mongodb';
import { expect, it, vi } from 'vitest';

import { untilAnswered } from '../../src/nodes/replica-set-stage.ts';

it('asks a member again whose connections closed, and takes any answer', async () => {
  const closed = new MongoError('connection <monitor> closed');
  const count = vi.fn<() => Promise<number>>().mockRejectedValueOnce(closed).mockResolvedValue(0);

  expect(await untilAnswered(count)).toBe(0);
  expect(count).toHaveBeenCalledTimes(2);
});

it('does not ask again after another failure', async () => {
  const ask = vi.fn<() => Promise<number>>().mockRejectedValue(new TypeError('a mistake'));

  await expect(untilAnswered(ask)).rejects.toThrow('a mistake');
  expect(ask).toHaveBeenCalledOnce();
});
