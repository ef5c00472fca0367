import type { FastifyInstance, HTTPMethods } from 'fastify';
import findMyWay from 'find-my-way';

/** Knows the methods of each registered path. Fastify itself answers a wrong method with 404. */
export class RegisteredMethods {
  readonly #router = findMyWay({ maxParamLength: Number.MAX_SAFE_INTEGER });
  readonly #methodsByPath = new Map<string, Set<string>>();

  /** Observes routes added to `app` from now on. */
  static observe(app: FastifyInstance): RegisteredMethods {
    const registered = new RegisteredMethods();
    app.addHook('onRoute', (route) => {
      for (const method of [route.method].flat()) {
        registered.#add(route.url, method);
      }
      registered.#addAtPrefix(route.url);
    });
    return registered;
  }

  /** Methods at a request's path, sorted; empty for an unknown path. */
  at(url: string): readonly string[] {
    const match = this.#router.find('GET', url);
    return match === null ? [] : [...(match.store as Set<string>)].sort();
  }

  /** Of a route at a prefix, with a slash behind it, Fastify tells only that it answers HEAD. */
  #addAtPrefix(path: string): void {
    const withoutSlash = path.endsWith('/') && this.#methodsByPath.get(path.slice(0, -1));
    if (withoutSlash) {
      withoutSlash.forEach((method) => this.#add(path, method));
    }
  }

  #add(path: string, method: HTTPMethods): void {
    const known = this.#methodsByPath.get(path);
    if (known !== undefined) {
      known.add(method);
      return;
    }
    const methods = new Set<string>([method]);
    this.#methodsByPath.set(path, methods);
    this.#router.on('GET', path, () => undefined, methods);
  }
}
