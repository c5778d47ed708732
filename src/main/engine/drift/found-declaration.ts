import type { DeclarationKind, DeclaredMember } from '../../../shared/model/drift.ts';
import type { CloneFiles } from './clone-files.ts';
import type { DeclaredService } from './declared.ts';
import type { StackDeclaration } from './stack-declaration.ts';

/** The way to a value in a document of JSON or YAML. */
export type DocumentPath = readonly (string | number)[];

/** Where a declaration is, for what writes it back. */
export type DeclarationSource =
  | { readonly kind: 'stack'; readonly stack: StackDeclaration }
  | {
      readonly kind: 'terraform';
      readonly what: 'state' | 'plan';
      readonly files: CloneFiles;
      readonly address: string;
    }
  | {
      readonly kind: 'file';
      readonly root: string;
      readonly path: string;
      /** Undefined for a container that the file does not have. */
      readonly imagePath: (container: string) => DocumentPath | undefined;
    }
  | { readonly kind: 'project-file' };

/** A declaration of a service, before it is compared. */
export interface FoundDeclaration {
  readonly kind: DeclarationKind;
  readonly title: string;
  readonly where: string;
  readonly isOwner: boolean;
  readonly declared: DeclaredService;
  /** Of Terraform: members of the service that it does not put back. */
  readonly ignored?: ReadonlySet<string>;
  /** What was compared already, where a source has no members of ECS. */
  readonly compared?: { readonly same: number; readonly differences: readonly DeclaredMember[] };
  readonly notes: readonly string[];
  readonly source: DeclarationSource;
}

/** Whether it is a plan of Terraform, which says what will be applied next. */
export function isPlan({ source }: FoundDeclaration): boolean {
  return source.kind === 'terraform' && source.what === 'plan';
}
