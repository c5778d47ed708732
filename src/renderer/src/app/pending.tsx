import type { Scope } from '../../../shared/model/account.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
export function RevisionTimeline(_: { readonly service: ServiceRef; readonly family: string }) {
  return null;
}
export function CleanupPage(_: { readonly scope: Scope; readonly family: string }) {
  return null;
}
export function RevisionDiffPage(_: {
  readonly scope: Scope;
  readonly before: string;
  readonly after: string;
}) {
  return null;
}
