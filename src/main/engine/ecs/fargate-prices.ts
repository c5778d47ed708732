/** USD for an hour of one vCPU and of one GB of memory. */
export interface FargatePrice {
  readonly vCpuHour: number;
  readonly gbHour: number;
}

/** The month of the prices below. They are written down here, and nothing reads the list of AWS: compare them when you change one. */
export const FARGATE_PRICES_OF = '2026-01';

const X86: FargatePrice = { vCpuHour: 0.04048, gbHour: 0.004445 };
const ARM: FargatePrice = { vCpuHour: 0.03238, gbHour: 0.00356 };

/**
 * On-demand list prices of Linux tasks by region and CPU architecture. A region that is missing has another price, which is
 * shown as not known.
 * https://aws.amazon.com/fargate/pricing/
 */
export const FARGATE_PRICES: ReadonlyMap<
  string,
  { readonly X86_64: FargatePrice; readonly ARM64: FargatePrice }
> = new Map(
  ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1'].map((region) => [region, { X86_64: X86, ARM64: ARM }]),
);
