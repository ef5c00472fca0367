import { LOOPBACK } from '@org/harness';

interface Reply {
  readonly id?: number;
  readonly result?: { readonly usedSize?: number };
}

/** What a Node program that listens for an inspector still needs of its heap. */
export class LiveHeap {
  readonly #socket: WebSocket;
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(inspectorPort: number): Promise<LiveHeap> {
    const answer = await fetch(`http://${LOOPBACK}:${inspectorPort}/json/list`);
    const [{ webSocketDebuggerUrl }] = (await answer.json()) as [{ webSocketDebuggerUrl: string }];
    const socket = new WebSocket(webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error('The inspector does not answer.')), {
        once: true,
      });
    });
    return new LiveHeap(socket);
  }

  /** Bytes, right after everything unused was collected. */
  async measure(): Promise<number> {
    await this.#ask('HeapProfiler.collectGarbage');
    const { usedSize = Number.NaN } = await this.#ask('Runtime.getHeapUsage');
    return usedSize;
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string): Promise<NonNullable<Reply['result']>> {
    const id = (this.#sent += 1);
    return new Promise((resolve) => {
      const hear = ({ data }: { readonly data: unknown }): void => {
        const reply = JSON.parse(String(data)) as Reply;
        if (reply.id === id) {
          this.#socket.removeEventListener('message', hear);
          resolve(reply.result ?? {});
        }
      };
      this.#socket.addEventListener('message', hear);
      this.#socket.send(JSON.stringify({ id, method }));
    });
  }
}
