import type { Clock } from '../core/clock.ts';
import type { AwsJsonService, Operation } from './service.ts';

/**
 * The same service for clients whose clocks run at their own speed: timestamps of answers are the moments at which
 * things happened on the wall, and timestamps of requests are read so. A sped-up sandbox would otherwise answer with
 * times in the client's future.
 */
export function inWallTime<Service extends Pick<AwsJsonService, 'operations'>>(
  service: Service,
  clock: Clock,
): Service {
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(service.operations)) {
    operations[name] = operationInWallTime(operation, clock);
  }
  return { ...service, operations };
}

function operationInWallTime(operation: Operation, clock: Clock): Operation {
  return {
    ...operation,
    async run(input, context) {
      const output = await operation.run(mapDates(input, clock.fromWallTime), context);
      return mapDates(output, clock.toWallTime);
    },
  };
}

/** A copy with every Date mapped. What holds no Date is shared, not copied. */
function mapDates<Value>(value: Value, map: (time: Date) => Date): Value {
  // The mapped value has the shape of the given one, which the compiler cannot follow through the recursion.
  return mapUnknown(value, map) as Value;
}

function mapUnknown(value: unknown, map: (time: Date) => Date): unknown {
  if (value instanceof Date) return map(value);
  if (Array.isArray(value)) return mapList(value, map);
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
    return mapMembers(value, map);
  return value;
}

function mapList(list: readonly unknown[], map: (time: Date) => Date): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const mapped = mapUnknown(item, map);
    if (mapped === item) continue;
    copy ??= [...list];
    copy[index] = mapped;
  }
  return copy ?? list;
}

function mapMembers(members: object, map: (time: Date) => Date): object {
  let copy: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(members)) {
    const mapped = mapUnknown(member, map);
    if (mapped === member) continue;
    copy ??= { ...members };
    copy[name] = mapped;
  }
  return copy ?? members;
}
