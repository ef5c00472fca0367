import { TraceSink, type ByMode } from '@org/harness';

import { DEPLOYED } from '../bench.ts';
import type { Rounds } from '../comparison.ts';
import { logInEach, OWNERS } from '../data/people.ts';
import type { Extent } from '../load/load.ts';
import { compare, CONNECTIONS, LOAD_QUANTITIES, sampleByTurns, type Cell } from './cell.ts';
import { read } from './requests.ts';

const NAME = 'traced reads';

const PLANS: ByMode<Rounds & { readonly load: Extent; readonly warmUp: Extent }> = {
  quick: { atMost: 2, atLeast: 2, within: 4_000, load: { seconds: 0.8 }, warmUp: { seconds: 0.6 } },
  full: { atMost: 9, atLeast: 5, within: 60_000, load: { seconds: 2.5 }, warmUp: { seconds: 3 } },
};

/** Reads while each is traced, and one in ten, beside the same program without traces. */
export const tracing: Cell = {
  name: NAME,
  measure: async (context) => {
    const { bench, mode } = context;
    const { load, warmUp, ...rounds } = PLANS[mode];
    const sink = await TraceSink.open();
    const forms = [
      ['without traces', {}],
      ['each', sink.settings],
      ['one in ten', { ...sink.settings, OTEL_TRACES_SAMPLER_ARG: '0.1' }],
    ] as const;
    const subjects = [];
    for (const [label, settings] of forms) {
      const server = await bench.start(DEPLOYED.program, { settings });
      const owners = await logInEach(server, OWNERS.slice(0, CONNECTIONS));
      await read(server, owners, warmUp);
      const measure = () => bench.measure(server, () => read(server, owners, load));
      subjects.push({ label, measure });
    }
    const [plain, ...traced] = await sampleByTurns(
      context,
      subjects,
      rounds,
      ({ processorMilliseconds: time }) => `${time.toFixed(3)} ms CPU a request`,
    );
    sink.close();
    const quantities = LOAD_QUANTITIES.filter(({ name }) => name !== 'mongod CPU');
    return forms.slice(1).flatMap(([label], index) =>
      compare(`${NAME}, ${label}`, quantities, traced[index], {
        label: 'without traces',
        samples: plain,
      }),
    );
  },
};
