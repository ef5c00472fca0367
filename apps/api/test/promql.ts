import { parser } from '@prometheus-io/lezer-promql';

/** The labels that each metric has. */
export type Metrics = ReadonlyMap<string, ReadonlySet<string>>;

/** What Prometheus itself adds when it scrapes. */
const OF_PROMETHEUS = ['job', 'instance'];
/** Of histograms, beside the labels that the program gives. */
const SERIES = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? /;

/** Names and labels in what the program shows Prometheus. */
export function readMetrics(exposition: string): Metrics {
  const metrics = new Map<string, Set<string>>([['up', new Set(OF_PROMETHEUS)]]);
  for (const line of exposition.split('\n').filter((each) => !each.startsWith('#'))) {
    const [, name = '', labels = ''] = SERIES.exec(line) ?? [];
    const known = metrics.get(name) ?? new Set(OF_PROMETHEUS);
    labels.match(/\w+(?==")/g)?.forEach((label) => known.add(label));
    metrics.set(name, known);
  }
  return metrics;
}

/** What is wrong with a query: its syntax, or metrics and labels that the program does not have. */
export function findProblems(query: string, metrics: Metrics): readonly string[] {
  // Grafana's own variables.
  const text = query.replaceAll('$__rate_interval', '5m');
  const problems: string[] = [];
  const used: string[] = [];
  const grouped: string[] = [];
  let metric = '';
  parser.parse(text).iterate({
    enter: ({ name: kind, from, to, node }) => {
      const word = text.slice(from, to);
      if (node.type.isError) {
        problems.push(`syntax at ${from}`);
      } else if (kind === 'Identifier' && node.parent?.name === 'VectorSelector') {
        metric = word;
        used.push(word);
      } else if (kind === 'LabelName' && node.parent?.name === 'GroupingLabels') {
        grouped.push(word);
      } else if (kind === 'LabelName' && metrics.get(metric)?.has(word) === false) {
        problems.push(`${metric} has no label ${word}`);
      }
    },
  });
  const known = used.flatMap((name) => [...(metrics.get(name) ?? [])]);
  return [
    ...problems,
    ...used.filter((name) => !metrics.has(name)).map((name) => `no metric ${name}`),
    ...grouped
      .filter((label) => !known.includes(label))
      .map((label) => `no metric here has a label ${label}`),
  ];
}
