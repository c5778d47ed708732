import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsQueryService } from '../../aws-api/query-protocol.ts';
import { type AwsError, awsError, operation, operationsByName } from '../../aws-api/service.ts';
import { hasLoadBalancer, loadBalancerOf, type Target, type Targets, targetGroupExists } from './targets.ts';

const MOST_RESULTS = 400;
const HEALTH_CHECK_PORT = 'traffic-port';

/** Elastic Load Balancing, as far as one asks for the health of a service's targets. */
export function createElbv2(targetsIn: (region: string) => Targets): AwsQueryService {
  return {
    name: 'ElasticLoadBalancing',
    version: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    operations: operationsByName([
      operation(DescribeTargetGroupsCommand, (input, { region }) => {
        const { TargetGroupArns: arns, Names: names, Marker: marker, PageSize: size = MOST_RESULTS } = input;
        const all = targetsIn(region).groups().filter(targetGroupExists).map(targetGroup);
        const missing = [
          ...(arns ?? []).filter((arn) => !all.some(({ TargetGroupArn }) => TargetGroupArn === arn)),
          ...(names ?? []).filter((name) => !all.some(({ TargetGroupName }) => TargetGroupName === name)),
        ];
        if (missing.length > 0) throw groupsNotFound();
        const wanted = all.filter(
          ({ TargetGroupArn = '', TargetGroupName = '' }) =>
            (arns?.includes(TargetGroupArn) ?? true) && (names?.includes(TargetGroupName) ?? true),
        );
        const start = Number(marker ?? 0);
        const end = start + size;
        return {
          TargetGroups: wanted.slice(start, end),
          ...(end < wanted.length && { NextMarker: String(end) }),
        };
      }),

      operation(DescribeTargetHealthCommand, ({ TargetGroupArn: arn = '', Targets: asked }, { region }) => {
        const targets = targetsIn(region);
        if (!targets.groups().includes(arn) || !targetGroupExists(arn)) throw groupsNotFound();
        const registered = targets.in(arn);
        if (asked === undefined || asked.length === 0) {
          return { TargetHealthDescriptions: registered.map(healthDescription) };
        }
        const descriptions = asked.map(({ Id: id = '', Port: port }) => {
          const target = registered.find((each) => each.id === id && (port ?? each.port) === each.port);
          return healthDescription(target ?? notRegistered(id, port ?? 80));
        });
        return { TargetHealthDescriptions: descriptions };
      }),
    ]),
  };
}

function notRegistered(id: string, port: number): Target {
  return {
    id,
    port,
    state: 'unused',
    reason: 'Target.NotRegistered',
    description: 'Target is not registered to the target group',
  };
}

function healthDescription({ id, port, availabilityZone, state, reason, description }: Target) {
  return {
    Target: { Id: id, Port: port, AvailabilityZone: availabilityZone },
    HealthCheckPort: String(port),
    TargetHealth: { State: state, Reason: reason, Description: description },
  };
}

/** What AWS sets by itself for a target group of tasks. */
function targetGroup(arn: string): TargetGroup {
  return {
    TargetGroupArn: arn,
    TargetGroupName: arn.split('/')[1] ?? arn,
    Protocol: 'HTTP',
    Port: 80,
    VpcId: 'vpc-0a1b2c3d4e5f60718',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: HEALTH_CHECK_PORT,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    HealthCheckPath: '/',
    Matcher: { HttpCode: '200' },
    LoadBalancerArns: hasLoadBalancer(arn) ? [loadBalancerOf(arn)] : [],
    TargetType: 'ip',
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
  };
}

function groupsNotFound(): AwsError {
  return awsError('TargetGroupNotFound', 'One or more target groups not found');
}
