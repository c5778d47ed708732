import type { Service, Tag } from '@aws-sdk/client-ecs';
import type { Check } from '../../../shared/model/plan.ts';
import { pass, warn } from '../ecs/check.ts';
import type { CloneReading } from './clone-declarations.ts';
import { compareService, type RunningService } from './compare-service.ts';
import type { ComparedMember } from './compared-member.ts';
import { type FoundDeclaration, isPlan } from './found-declaration.ts';

const says = (tag: Tag, word: string): boolean =>
  tag.key?.toLowerCase() === word ||
  (/^(managed|created|provisioned)[-_ ]?(by|with)$/i.test(tag.key ?? '') &&
    tag.value?.toLowerCase() === word);

/** Copilot and CDK deploy through CloudFormation, so they come before it. */
const OWNERS: readonly { readonly name: string; readonly owns: (tag: Tag) => boolean }[] = [
  { name: 'Copilot', owns: (tag) => tag.key?.startsWith('copilot-') === true },
  { name: 'CDK', owns: (tag) => tag.key?.startsWith('aws-cdk') === true || says(tag, 'cdk') },
  { name: 'CloudFormation', owns: (tag) => tag.key?.startsWith('aws:cloudformation:') === true },
  { name: 'Terraform', owns: (tag) => says(tag, 'terraform') },
];

/** The tool that the tags of a service name as its owner. */
export function ownerByTags({ tags = [] }: Service): string | undefined {
  return OWNERS.find(({ owns }) => tags.some(owns))?.name;
}

/** The sentence about a service whose owner only its tags name. */
export function unreadOwner(
  { found, notRead }: Pick<CloneReading, 'found' | 'notRead'>,
  service: Service,
): readonly string[] {
  const owner = ownerByTags(service);
  if (owner === undefined || notRead.length > 0 || found.some(({ isOwner }) => isOwner)) return notRead;
  return [
    `The tags of the service name ${owner}, and its declaration was not found. Add its folder under Settings › Repositories, or name it with slipway drift --folder.`,
  ];
}

/** A service before and after a plan. */
export interface PlannedService {
  readonly before: RunningService;
  readonly after: RunningService;
}

const MOST_NAMED = 3;

/**
 * Who owns the service, and what of this plan its next run undoes. What could not be read does not block: the deploy is no
 * worse than without it.
 *
 * @param byTags what the tags of the service say, for where no declaration was found.
 */
export function ownerCheck(
  { found, notRead }: Pick<CloneReading, 'found' | 'notRead'>,
  planned: PlannedService,
  byTags: Check,
): Check {
  const owner = found.find(({ isOwner }) => isOwner);
  if (owner === undefined) {
    const [why] = notRead;
    if (why === undefined) return byTags;
    const message = byTags.result === 'warn' ? byTags.message : 'Another tool may own this service';
    return warn('owner', message, `${why} Its next run may undo this change.`);
  }
  const { undone, computed, kept } = changedMembers(owner, planned);
  const owns = `${owner.title} owns this service`;
  if (undone.length > 0) return warn('owner', owns, `${whenUndone(owner, listed(undone))} ${WRITE_BACK}`);
  if (computed.length > 0) {
    const [first] = computed;
    return warn(
      'owner',
      owns,
      `It computes the ${first?.name} from ${first?.by}. Its next run undoes this change unless that yields the new value.`,
    );
  }
  if (kept > 0) return pass('owner', `${owns} and declares what this plan sets`);
  return pass('owner', `${owns}, and its next run keeps this change`);
}

const WRITE_BACK =
  'Afterwards, write this release back into the declaration: in the card of its deployment, or with slipway drift --patch.';

/** CloudFormation compares its new template with its last one, and not with what runs; Terraform reads what runs. */
function whenUndone(owner: FoundDeclaration, members: string): string {
  if (owner.kind !== 'terraform') {
    return `The next stack update that changes the service or its task definition puts back ${members}, unless its template or parameters have changed.`;
  }
  return isPlan(owner)
    ? `Applying the plan puts back ${members}.`
    : `The next terraform apply puts back ${members}, unless its configuration has changed.`;
}

function listed(members: readonly ComparedMember[]): string {
  const named = members
    .slice(0, MOST_NAMED)
    .map(({ name, declared }) => (declared === undefined ? name : `${name} (${declared})`));
  const more = members.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What of the declared members the plan changes: to another value than is declared, past something computed, or to it. */
function changedMembers({ declared, ignored }: FoundDeclaration, { before, after }: PlannedService) {
  const earlier = new Map(compareService(declared, before).map(({ name, actual }) => [name, actual]));
  const changed = compareService(declared, after).filter(({ name, actual }) => earlier.get(name) !== actual);
  const isPutBack = ({ ofService }: ComparedMember): boolean =>
    ignored?.has(ofService ?? 'task_definition') !== true;
  return {
    undone: changed.filter((each) => each.state === 'differs' && isPutBack(each)),
    computed: changed.filter((each) => each.state === 'computed' && isPutBack(each)),
    kept: changed.filter((each) => each.state === 'same').length,
  };
}
