import { policies } from '../walls/layer-wall.js';

/**
 * A rejecting policy, with its message as a pattern that matches anything where Handlebars fills in
 * values.
 */
export function policyNamed(id: string): { readonly message: RegExp } {
  const found = policies.find((policy) => policy.id === id);
  const message = found?.policy['message'];
  if (typeof message !== 'string') {
    throw new Error(`no policy "${id}" that refuses anything`);
  }
  const withoutTarget = message.replace(/\{\{#if.*\/if\}\}/, '{{target}}');
  const parts = withoutTarget
    .split(/\{\{.*?\}\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { message: new RegExp(`^${parts.join('.+')}$`) };
}
