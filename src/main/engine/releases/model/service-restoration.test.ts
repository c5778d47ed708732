import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffServices } from '../../revisions/diff/diff.ts';
import { anyServiceRevision } from '../../testing/schema-samples.ts';
import { needsForce, newerSettingsNotRestored, serviceRestoration } from './service-restoration.ts';

const SPOT = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } };

describe('the restoration of an earlier service revision', () => {
  it('makes the service what it was, except for what the checks name', () => {
    fc.assert(
      fc.property(anyServiceRevision(), anyServiceRevision(), (now, earlier) => {
        const { update, checks } = serviceRestoration(now, earlier);
        const again = serviceRestoration({ ...now, ...update }, earlier);
        expect(again.members).toEqual([]);
        expect(again.checks).toEqual(checks);
      }),
    );
  });

  it('is empty when only the task definition and its images differ', () => {
    fc.assert(
      fc.property(anyServiceRevision(), (now) => {
        const earlier = { ...now, taskDefinition: 'web:1', containerImages: [], serviceRevisionArn: 'one' };
        expect(serviceRestoration(now, earlier)).toEqual({
          members: [],
          update: {},
          differences: [],
          checks: [],
        });
      }),
    );
  });

  it('says what differs for each field that is sent', () => {
    fc.assert(
      fc.property(anyServiceRevision(), anyServiceRevision(), (now, earlier) => {
        const { members, differences } = serviceRestoration(now, earlier);
        expect(differences.length).toBeGreaterThanOrEqual(members.length);
        expect(diffServices(now, earlier).differences.length).toBeGreaterThanOrEqual(members.length);
      }),
    );
  });

  it('names what this version cannot send: in a field that is sent it is lost, elsewhere it stays as it is', () => {
    const lattice = { path: 'loadBalancers.weightOf', value: '1' };
    const alike = { path: 'tier', value: '"gold"' };
    const resolved = { path: 'resolvedConfiguration.zone', value: '"b"' };
    const now = { revision: {}, newer: [alike, resolved] };
    const then = { revision: {}, newer: [lattice, alike] };
    const messages = (members: readonly string[]) =>
      newerSettingsNotRestored(now, then, members).map(({ message }) => message);
    expect(messages(['loadBalancers'])).toEqual(['The rollback would lose loadBalancers.weightOf']);
    expect(messages([])).toEqual([
      'The loadBalancers.weightOf was different then and keeps its current value',
    ]);
  });

  it('sends only what differs, and ignores order without meaning', () => {
    const other = { awsvpcConfiguration: { subnets: ['subnet-2', 'subnet-1'] } };
    const now = { networkConfiguration: other, platformVersion: '1.4.0' };
    const earlier = { networkConfiguration: NETWORK, platformVersion: '1.3.0' };
    expect(serviceRestoration(now, earlier).update).toEqual({ platformVersion: '1.3.0' });
  });

  it('removes what did not exist: lists become empty, Service Connect is turned off', () => {
    const now = {
      loadBalancers: [{ targetGroupArn: 'a', containerName: 'app', containerPort: 80 }],
      capacityProviderStrategy: SPOT,
      serviceConnectConfiguration: { enabled: true },
    };
    expect(serviceRestoration(now, {}).update).toEqual({
      loadBalancers: [],
      capacityProviderStrategy: [],
      serviceConnectConfiguration: { enabled: false },
    });
  });

  it('names what UpdateService does not accept, and what it cannot remove', () => {
    const { update, checks } = serviceRestoration(
      { launchType: 'EC2', networkConfiguration: NETWORK },
      { launchType: 'FARGATE' },
    );
    expect(update).toEqual({});
    expect(checks.map(({ message }) => message)).toEqual([
      'The launch type was different then and keeps its current value',
      'The service had no network configuration then; the current one is kept',
    ]);
  });
  it('takes the launch type back with the capacity provider strategy, either way', () => {
    const ofType = { launchType: 'FARGATE' as const };
    const ofStrategy = { capacityProviderStrategy: SPOT };
    expect(serviceRestoration(ofType, ofStrategy)).toMatchObject({ update: ofStrategy, checks: [] });
    expect(serviceRestoration(ofStrategy, ofType)).toMatchObject({
      update: { capacityProviderStrategy: [] },
      checks: [],
    });
  });

  it.each([
    ['capacityProviderStrategy', true],
    ['gatewayConnectors', true],
    ['monitoring', true],
    ['platformVersion', false],
    ['loadBalancers', false],
    ['serviceRegistries', false],
    ['networkConfiguration', false],
    ['serviceConnectConfiguration', false],
    ['volumeConfigurations', false],
    ['vpcLatticeConfigurations', false],
  ])('sends a changed %s with forceNewDeployment: %s', (member, isForced) => {
    expect(needsForce([member])).toBe(isForced);
  });
});
