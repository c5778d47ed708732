import type { ApprovalRequest } from '../../../../shared/model/approval.ts';

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
