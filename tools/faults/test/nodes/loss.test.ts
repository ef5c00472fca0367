import { MongoError } from 'mongodb';
import { expect, it, vi } from 'vitest';

import { beginLoss, type Loss } from '../../src/nodes/loss.ts';
import type { Node, ReplicaSetStage } from '../../src/nodes/replica-set-stage.ts';

const [first, second] = [{} as Node, {} as Node];
const interrupted = new MongoError('operation was interrupted');

function arrange(begin: Loss['begin']) {
  const stage = { primary: vi.fn(), heal: vi.fn(() => Promise.resolve()) };
  stage.primary.mockResolvedValueOnce(first).mockResolvedValue(second);
  const rounds = { quick: 1, full: 1 };
  const loss: Loss = { name: 'a loss', rounds, endsWith: 'the election', begin };
  return { stage, beginning: beginLoss(loss, stage as unknown as ReplicaSetStage) };
}

it('begins again with the new primary where the members elected one in the midst of it', async () => {
  const begin = vi.fn<Loss['begin']>().mockRejectedValueOnce(interrupted).mockResolvedValue();

  const { stage, beginning } = arrange(begin);

  expect((await beginning).primary).toBe(second);
  expect(begin.mock.calls.map(([, primary]) => primary)).toEqual([first, second]);
  expect(stage.heal).toHaveBeenCalledOnce();
});

it('gives up after three times', async () => {
  const begin = vi.fn<Loss['begin']>().mockRejectedValue(interrupted);

  await expect(arrange(begin).beginning).rejects.toBe(interrupted);
  expect(begin).toHaveBeenCalledTimes(3);
});

it('does not begin again after another failure', async () => {
  const begin = vi.fn<Loss['begin']>().mockRejectedValue(new TypeError('a mistake'));

  await expect(arrange(begin).beginning).rejects.toThrow('a mistake');
  expect(begin).toHaveBeenCalledOnce();
});
