import type { ApprovalRequest } from '../../../../shared/model/approval.ts';
import type { SharedPlan } from '../../../../shared/model/shared-plan.ts';

/** The sentences of the approval of an agent's plan. */
export const APPROVALS_TEXT = {
  title: 'Approve a plan',
  asks: ({ requester, plan }: ApprovalRequest) => `${requester} asks you to approve “${plan.title}”.`,
  others: (count: number) => `${count} more`,
  review: 'Review plan',
  asked: ({ requester }: ApprovalRequest) => `${requester} made this plan and waits for your answer. Asked`,
  reason: 'Reason',
  noReason: 'No reason given',
  approve: 'Approve',
  refuse: 'Refuse',
  ended: 'This request has ended: it was answered, withdrawn, or it expired.',
  blocked: 'A check failed that the agent does not override, so this plan would be refused.',
  effect: 'Approving lets the agent send these API calls.',
} as const;

/** The sentences of plans that wait for a second person. */
export const SHARED_TEXT = {
  title: 'Plan of another person',
  waits: (count: number) =>
    count === 1 ? '1 plan waits for a second person.' : `${count} plans wait for a second person.`,
  review: ({ title }: SharedPlan) => `Review “${title}”`,
  more: (count: number) => `and ${count} more`,
  loading: 'the plan. It is made again and checked on this machine',
  different: "The plan has changed since it was shared, so it can't be executed:",
  askAgain: 'Ask for a new plan.',
  withdraw: 'Withdraw plan…',
  withdrawTitle: 'Withdraw this plan?',
  withdrawEffect: 'Nobody can execute it then. Whoever opens it reads that you withdrew it.',
  withdrawNow: 'Withdraw plan',
  keep: 'Keep plan',
} as const;
