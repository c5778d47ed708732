import type { PutImageResult, Repository } from './repository.ts';

export type PutImageRefusal = Exclude<PutImageResult, { readonly outcome: 'stored' | 'unchanged' }>;

/** Why an image was refused, with ECR's messages, which are the same for PutImage and a push. */
export function refusalMessage(refusal: PutImageRefusal, repository: Repository, accountId: string): string {
  const where = `into repository with name '${repository.name}' in the registry with id '${accountId}'`;
  switch (refusal.outcome) {
    case 'tag-is-immutable':
      return immutableTagMessage(refusal.tag, repository);
    case 'layers-missing':
      return `Layers with digests '[${refusal.digests.join(', ')}]' required for pushing image ${where} do not exist`;
    case 'images-missing':
      return `Images with digests '[${refusal.digests.join(', ')}]' required for pushing image ${where} do not exist`;
  }
}

export function immutableTagMessage(tag: string, repository: Repository): string {
  return `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`;
}
