import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';

/** Where spans go, and how many. */
export interface TraceExport {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is told of this process. */
  readonly resource: Readonly<Record<string, string>>;
  /** Of traces, from 0 to 1; the same in every process. */
  readonly share: number;
}

const SENT_EVERY_MILLISECONDS = 1_000;
const SEND_LIMIT_MILLISECONDS = 5_000;

/** Makes the spans of this process, and sends them in batches. */
export function createTracerProvider(
  { url, headers, resource, share }: TraceExport,
  onExport: (error?: unknown) => void,
): TracerProvider {
  const timeoutMillis = SEND_LIMIT_MILLISECONDS;
  const exporter = observed(new OTLPTraceExporter({ url, headers, timeoutMillis }), onExport);
  const sampler = new TraceIdRatioBasedSampler(share);
  return new TracerProvider({
    resource: resourceFromAttributes(resource),
    // A client may ask for less, not for more.
    sampler: new ParentBasedSampler({
      root: sampler,
      remoteParentSampled: sampler,
      remoteParentNotSampled: new AlwaysOffSampler(),
    }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: SENT_EVERY_MILLISECONDS }),
    ],
  });
}

/** @param onExport is called with the error, or without one */
function observed(exporter: SpanExporter, onExport: (error?: unknown) => void): SpanExporter {
  return {
    export: (spans, onResult) =>
      exporter.export(spans, (result) => {
        onExport(result.error);
        onResult(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
