import type { MethodName, Output } from '../../../shared/contract.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Handler, Handlers } from '../ports/handlers.ts';
import { daemonName } from './daemon-names.ts';
import type { KeptName, NameStore, Part } from './name-store.ts';
import { keptImages } from './read-names.ts';

type Listing =
  | 'clusters.list'
  | 'services.list'
  | 'daemons.list'
  | 'families.all'
  | 'repositories.list'
  | 'images.list';

/** The same reads, whose names search finds afterwards: what a person has looked at needs no further request. */
export function keepingNames(
  reads: Pick<Handlers, Listing>,
  { accounts, store }: { readonly accounts: Accounts; readonly store: NameStore },
): Pick<Handlers, Listing> {
  function keep({ account, region }: Scope, part: Part, names: readonly KeptName[]): void {
    const { endpoint = '' } = accounts.find(account).account;
    store.keep({ account, region, endpoint }, part, names);
  }

  return {
    'clusters.list': after(reads['clusters.list'], (scope, clusters) =>
      keep(
        scope,
        { kind: 'clusters' },
        clusters.map(({ name, arn }) => ({ name, address: arn })),
      ),
    ),
    // A batch of services that could not be described is not among the rows, but it is among the names.
    'services.list': async (input, context) => {
      let names: readonly string[] = [];
      const rows = await reads['services.list'](input, {
        ...context,
        emit(event) {
          if (event.kind === 'names') names = event.names;
          context.emit(event);
        },
      });
      const { cluster } = input;
      keep(
        input,
        { kind: 'services', cluster },
        names.map((name) => ({ name })),
      );
      return rows;
    },
    'daemons.list': after(reads['daemons.list'], ({ cluster, ...scope }, daemons) =>
      keep(scope, { kind: 'daemons', cluster }, daemons.map(daemonName)),
    ),
    'families.all': after(reads['families.all'], (scope, families) =>
      keep(
        scope,
        { kind: 'families' },
        families.map(({ family }) => ({ name: family })),
      ),
    ),
    'repositories.list': after(reads['repositories.list'], (scope, repositories) =>
      keep(
        scope,
        { kind: 'repositories' },
        repositories.map(({ name, uri }) => ({ name, address: uri })),
      ),
    ),
    'images.list': after(reads['images.list'], ({ repository, ...scope }, images) =>
      keep(scope, { kind: 'images', repository }, keptImages(images)),
    ),
  };
}

/** A handler that hands its answer on before it returns it. */
function after<N extends MethodName>(
  handler: Handler<N>,
  keep: (input: Parameters<Handler<N>>[0], answer: Immutable<Output<N>>) => void,
): Handler<N> {
  return async (input, context) => {
    const answer = await handler(input, context);
    keep(input, answer);
    return answer;
  };
}
