import {
  type PolicyType,
  type PutScalingPolicyRequest,
  type StepScalingPolicyConfiguration,
  type TargetTrackingScalingPolicyConfiguration,
  ValidationException$,
} from '@aws-sdk/client-application-auto-scaling';
import { type AwsError, awsError } from '../../aws-api/service.ts';

const CONFIGURATION_OF = {
  StepScaling: 'StepScalingPolicyConfiguration',
  TargetTrackingScaling: 'TargetTrackingScalingPolicyConfiguration',
  PredictiveScaling: 'PredictiveScalingPolicyConfiguration',
} as const satisfies Record<PolicyType, keyof PutScalingPolicyRequest>;

/**
 * The type of a policy that is put, which has the configuration of its type and no other.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
 *
 * @throws AwsError `ValidationException`.
 */
export function checkPolicy(
  input: Omit<PutScalingPolicyRequest, 'PolicyName'>,
  known: { readonly PolicyType?: PolicyType | undefined } | undefined,
): PolicyType {
  const type = input.PolicyType ?? known?.PolicyType;
  if (type === undefined) throw invalid('PolicyType is required when a scaling policy is created.');
  if (known?.PolicyType !== undefined && known.PolicyType !== type) {
    throw invalid(`The type of a scaling policy cannot be changed from ${known.PolicyType} to ${type}.`);
  }
  const given = Object.values(CONFIGURATION_OF).filter((member) => input[member] !== undefined);
  if (given.length !== 1 || given[0] !== CONFIGURATION_OF[type]) {
    throw invalid(`A policy of type ${type} has ${CONFIGURATION_OF[type]} and no other configuration.`);
  }
  const { TargetTrackingScalingPolicyConfiguration: tracking, StepScalingPolicyConfiguration: steps } = input;
  if (tracking !== undefined) checkTracking(tracking, input.ServiceNamespace);
  if (steps !== undefined) checkSteps(steps);
  return type;
}

/**
 * The metrics of ECS services, and what a metric of a load balancer needs.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
 */
function checkTracking(
  {
    PredefinedMetricSpecification: predefined,
    CustomizedMetricSpecification: customized,
  }: TargetTrackingScalingPolicyConfiguration,
  namespace: PutScalingPolicyRequest['ServiceNamespace'],
): void {
  if ((predefined === undefined) === (customized === undefined)) {
    throw invalid('Specify either PredefinedMetricSpecification or CustomizedMetricSpecification.');
  }
  const metric = predefined?.PredefinedMetricType;
  if (metric === undefined) return;
  const isBalanced = metric === 'ALBRequestCountPerTarget';
  if (namespace === 'ecs' && !isBalanced && !metric.startsWith('ECSService')) {
    throw invalid(`The metric ${metric} is not a metric of ECS services.`);
  }
  if (isBalanced && predefined?.ResourceLabel === undefined) {
    throw invalid('ResourceLabel is required for ALBRequestCountPerTarget.');
  }
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepScalingPolicyConfiguration.html */
function checkSteps({ AdjustmentType, StepAdjustments = [] }: StepScalingPolicyConfiguration): void {
  if (AdjustmentType === undefined || StepAdjustments.length === 0) {
    throw invalid('AdjustmentType and StepAdjustments are required when a step scaling policy is created.');
  }
  const isEmpty = StepAdjustments.some(
    ({ MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper }) =>
      lower !== undefined && upper !== undefined && upper <= lower,
  );
  if (isEmpty) throw invalid('The upper bound of a step adjustment must be greater than its lower bound.');
}

function invalid(message: string): AwsError {
  return awsError(ValidationException$, message);
}
