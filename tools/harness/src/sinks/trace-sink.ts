import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';

import { listen, LOOPBACK, portOf } from '../loopback.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

/** As OTLP has it in JSON. */
interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

interface SentTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

export interface TakenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** What its process told of itself. */
  readonly resource: Readonly<Record<string, string | number>>;
  readonly service: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly hasFailed: boolean;
  readonly startMilliseconds: number;
  readonly milliseconds: number;
}

const FAILED = 2;

/** Stands in for whoever collects traces by OTLP over HTTP, in JSON. */
export class TraceSink {
  readonly spans: TakenSpan[] = [];
  /** All that was sent, as text: to look for what must not be in it. */
  sent = '';
  /** The status of its answers. */
  status = 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void json(request).then((body) => {
        this.sent += JSON.stringify({ headers: request.headers, body });
        if (this.status === 200) {
          this.#take(body as SentTraces);
        }
        response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async open(): Promise<TraceSink> {
    const sink = new TraceSink();
    await listen(sink.#server);
    return sink;
  }

  get settings() {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${LOOPBACK}:${portOf(this.#server)}` };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** The spans of a trace as a tree: service, name, duration. */
  draw(traceId: string): string {
    const spans = this.spans
      .filter((span) => span.traceId === traceId)
      .toSorted((one, other) => one.startMilliseconds - other.startMilliseconds);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const below = (parentId: string | undefined, indent: string): readonly string[] =>
      spans
        .filter((span) => (ids.has(span.parentId ?? '') ? span.parentId : undefined) === parentId)
        .flatMap(({ spanId, service, name, milliseconds }) => [
          `${indent}${name}  (${service}, ${milliseconds.toFixed(1)} ms)`,
          ...below(spanId, `${indent}  `),
        ]);
    return below(undefined, '').join('\n');
  }

  #take({ resourceSpans }: SentTraces): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const source = toRecord(resource.attributes);
      const sent = scopeSpans.flatMap(({ spans }) => spans);
      this.spans.push(...sent.map((span) => toTaken(span, source)));
    }
  }
}

function toTaken(span: SentSpan, resource: TakenSpan['resource']): TakenSpan {
  const { traceId, spanId, name, parentSpanId, startTimeUnixNano, endTimeUnixNano } = span;
  const start = Number(BigInt(startTimeUnixNano) / 1_000n) / 1_000;
  return {
    ...{ traceId, spanId, resource, name },
    service: String(resource['service.name']),
    parentId: parentSpanId || undefined,
    attributes: toRecord(span.attributes),
    hasFailed: span.status.code === FAILED,
    startMilliseconds: start,
    milliseconds: Number(BigInt(endTimeUnixNano) / 1_000n) / 1_000 - start,
  };
}

function toRecord(attributes: readonly Attribute[]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}
