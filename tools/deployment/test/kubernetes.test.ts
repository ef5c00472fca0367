import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IService } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';

import { readImageSettings } from '../src/dockerfile.ts';
import {
  findProblems,
  kustomizationFolder,
  parseManifests,
  readKustomization,
  readManifests,
} from '../src/manifests.ts';
import { findUnknownSettings } from '../src/setting-names.ts';

const kustomization = readKustomization();
const manifests = readManifests(
  kustomization.resources.map((path) => join(kustomizationFolder, path)),
);
const deployments = ofKind('Deployment');
/** Within which the program stops, beside SHUTDOWN_DELAY. */
const STOP_SECONDS = 10;

interface Kinds {
  readonly Deployment: IDeployment;
  readonly HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  readonly NetworkPolicy: INetworkPolicy;
  readonly PodDisruptionBudget: IPodDisruptionBudget;
  readonly Service: IService;
}

function ofKind<Kind extends keyof Kinds>(kind: Kind): readonly Kinds[Kind][] {
  return manifests.filter((each) => each.kind === kind) as unknown as readonly Kinds[Kind][];
}

/** What the tests look at of a deployment. */
function partsOf(deployment: IDeployment) {
  const { spec } = deployment;
  const pod = spec?.template.spec;
  const [container] = pod?.containers ?? [];
  const environment = Object.fromEntries(
    (container?.env ?? []).map(({ name, value = '' }) => [name, value]),
  );
  return { spec, pod, container, environment, labels: spec?.template.metadata?.labels };
}

function secondsOf(duration = '0s'): number {
  expect(duration).toMatch(/^\d+s$/);
  return Number.parseInt(duration, 10);
}

describe("Kubernetes' manifests", () => {
  it('are all in the kustomization', () => {
    const files = readdirSync(kustomizationFolder).filter((file) => file !== 'kustomization.yaml');

    expect(kustomization.resources.toSorted()).toEqual(files.toSorted());
  });

  it('are as the schemas say', async () => {
    expect(await findProblems(manifests)).toEqual([]);
  });

  it('would be refused with an unknown field or a value that is none', async () => {
    const text = JSON.stringify(deployments[0])
      .replace('"readinessProbe"', '"readynessProbe"')
      .replace('"maxSurge":1', '"maxSurge":[]');

    const problems = (await findProblems(parseManifests(text))).join('\n');

    expect(problems).toContain('\'"readynessProbe"\' does not exist');
    expect(problems).toContain('maxSurge must be');
  });

  it('have one deployment for each role', () => {
    const roles = deployments.map((each) => partsOf(each).environment['ROLE']);

    expect(roles).toEqual(['api', 'worker']);
  });

  it('set settings that there are', () => {
    const [{ literals } = { literals: [] }] = kustomization.configMapGenerator;
    const shared = literals.map((literal) => literal.split('=')[0] ?? '');
    const own = deployments.flatMap((each) => Object.keys(partsOf(each).environment));

    expect(findUnknownSettings([...shared, ...own])).toEqual([]);
  });
});

describe.each(deployments.map((each) => [each.metadata?.name ?? '', each] as const))(
  'deployment %s',
  (name, deployment) => {
    const { spec, pod, container, environment, labels } = partsOf(deployment);
    const delay = secondsOf(environment['SHUTDOWN_DELAY']);

    it('is replaced process by process, none missing meanwhile', () => {
      expect(spec?.strategy?.rollingUpdate).toMatchObject({ maxUnavailable: 0 });
    });

    it('gives a process the time that it takes to stop', () => {
      expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(delay + STOP_SECONDS);
    });

    it('goes on serving until the load balancer has seen that it stops', () => {
      const {
        periodSeconds = 10,
        failureThreshold = 3,
        timeoutSeconds = 1,
      } = container?.readinessProbe ?? {};

      const seenWithin = (periodSeconds + timeoutSeconds) * failureThreshold;
      expect([delay > 0, delay >= seenWithin - timeoutSeconds]).toEqual(
        environment['ROLE'] === 'api' ? [true, true] : [false, false],
      );
    });

    it('asks for its health on ports that it has', () => {
      const named = (port: unknown) =>
        container?.ports?.find((each) => each.name === port)?.containerPort;
      const { PORT, METRICS_PORT } = readImageSettings().environment;
      const probes = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe];

      const asked = probes.map((probe) => probe?.httpGet);

      expect(asked.map((each) => each?.path)).toEqual([
        '/health/ready',
        '/health/live',
        '/health/ready',
      ]);
      const ports = new Set(asked.map((each) => String(named(each?.port))));
      expect([PORT, METRICS_PORT]).toEqual(expect.arrayContaining([...ports]));
    });

    it('has no rights', () => {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: readImageSettings().user,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      expect(container?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    });

    it('has its secrets in files that its settings name', () => {
      const [mount] = container?.volumeMounts ?? [];
      const [volume] = pod?.volumes ?? [];
      const [{ literals } = { literals: [] }] = kustomization.configMapGenerator;
      const files = literals.filter((literal) => literal.includes('_FILE='));

      expect(volume).toMatchObject({ name: mount?.name, secret: { secretName: 'org-program' } });
      expect(files.filter((each) => !each.includes(`=${mount?.mountPath}/`))).toEqual([]);
      expect(files.join(' ')).toMatch(/MONGODB_URI_FILE.*SECRET_KEY_FILE.*SMTP_URL_FILE/);
    });

    it('is what its disruption budget and its network policy mean', () => {
      expect(labels).toMatchObject(spec?.selector.matchLabels ?? {});
      const budgets = ofKind('PodDisruptionBudget');
      expect(budgets.map((each) => each.spec?.selector?.matchLabels)).toContainEqual(labels);
      const policies = ofKind('NetworkPolicy');
      const selected = policies.flatMap(
        (each) =>
          each.spec?.podSelector?.matchExpressions?.flatMap(({ values = [] }) => values) ?? [],
      );
      expect(selected).toContain(name);
    });
  },
);

describe('the API', () => {
  const [api] = deployments;

  it('is scaled by the use of the CPU that it requests', () => {
    const [scaler] = ofKind('HorizontalPodAutoscaler');
    const { container, spec } = partsOf(api!);

    expect(scaler?.spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: api?.metadata?.name },
      minReplicas: 2,
      metrics: [{ resource: { name: 'cpu', target: { type: 'Utilization' } } }],
    });
    expect(container?.resources?.requests).toHaveProperty('cpu');
    // What both set, they would set against each other.
    expect(spec?.replicas).toBeUndefined();
  });

  it('is what the service leads to', () => {
    const [service] = ofKind('Service');

    expect(partsOf(api!).labels).toMatchObject(service?.spec?.selector ?? { none: '' });
    expect(service?.spec?.ports).toMatchObject([{ targetPort: 'http' }]);
  });
});
