import { Computed, type Declared, isList, objectOf, plainText } from './declared.ts';
import type { Template } from './read-template.ts';

const MOST_LEVELS = 64;
/** Far more functions than a service has; conditions and maps could name each other without an end. */
const MOST_STEPS = 20_000;
const LONGEST_TEXT = 16_384;

/** What a template is worked out with. */
export interface TemplateValues {
  /** Values by the names of the parameters, resolved where they are names of SSM parameters. */
  readonly parameters: ReadonlyMap<string, Declared>;
  /** Physical ids by the names of the resources. */
  readonly resources: ReadonlyMap<string, string>;
  /** By the names of pseudo parameters, such as `AWS::Region`. */
  readonly pseudo: ReadonlyMap<string, string>;
  readonly outside: OutsideValues;
}

/** What a template takes from outside of its stack: an export of another stack, or a plain SSM parameter. */
export interface OutsideValue {
  readonly kind: 'export' | 'parameter';
  readonly name: string;
  /** Of a parameter, where the template names one. */
  readonly version?: string;
}

/** Looks up a value from outside of the stack; undefined if it isn't known. */
export type OutsideValues = (wanted: OutsideValue) => string | undefined;

/** Works out parts of a template. What it cannot work out is Computed, with the name of what computes it. */
export function createEvaluator(
  template: Template,
  { parameters, resources, pseudo, outside }: TemplateValues,
): (part: Declared | undefined) => Declared | undefined {
  const conditions = objectOf(template.Conditions) ?? {};
  const mappings = objectOf(template.Mappings) ?? {};
  const known = new Map<string, boolean | undefined>();
  let steps = 0;

  function evaluate(part: Declared | undefined, level = 0): Declared | undefined {
    steps += 1;
    if (steps > MOST_STEPS || level > MOST_LEVELS) return new Computed('a template with too many functions');
    if (part === undefined || part === null || part instanceof Computed) return part;
    if (typeof part === 'string') return dynamic(part, outside);
    if (isList(part))
      return part.map((each) => evaluate(each, level + 1)).filter((each) => each !== undefined);
    const object = objectOf(part);
    if (object === undefined) return part;
    const entries = Object.entries(object);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return call(only[0], only[1], level + 1);
    }
    return Object.fromEntries(
      entries.flatMap(([name, value]): [string, Declared][] => {
        const found = evaluate(value, level + 1);
        return found === undefined ? [] : [[name, found]];
      }),
    );
  }

  function call(name: string, argument: Declared, level: number): Declared | undefined {
    switch (name) {
      case 'Ref':
        return reference(plainText(argument));
      case 'Fn::Sub':
        return substituted(argument, level);
      case 'Fn::Join':
        return joined(argument, level);
      case 'Fn::Select':
        return selected(argument, level);
      case 'Fn::Split':
        return split(argument, level);
      case 'Fn::FindInMap':
        return mapped(argument, level);
      case 'Fn::If':
        return chosen(argument, level);
      case 'Fn::GetAtt':
        return attribute(isList(argument) ? argument.map(plainText).join('.') : plainText(argument));
      case 'Fn::ImportValue': {
        const name = evaluate(argument, level);
        if (typeof name !== 'string') return new Computed('an export of another stack');
        return outside({ kind: 'export', name }) ?? new Computed(`the export ${name}`);
      }
      default:
        return new Computed(`the function ${name}`);
    }
  }

  function reference(name: string): Declared | undefined {
    if (name === 'AWS::NoValue') return undefined;
    return parameters.get(name) ?? pseudo.get(name) ?? resources.get(name) ?? new Computed(name);
  }

  /** The attributes of a repository and of what has an ARN as its id; the others are known to CloudFormation alone. */
  function attribute(path: string): Declared {
    const dot = path.indexOf('.');
    const [resource, member] = [path.slice(0, dot), path.slice(dot + 1)];
    const id = resources.get(resource);
    if (member === 'Arn' && id?.startsWith('arn:') === true) return id;
    const { Type: type, Properties: properties } = objectOf(objectOf(template.Resources)?.[resource]) ?? {};
    // The id of a group in a VPC is its group id.
    if (type === 'AWS::EC2::SecurityGroup' && member === 'GroupId' && id?.startsWith('sg-') === true)
      return id;
    if (type === 'AWS::IAM::Role' && member === 'Arn' && id !== undefined) {
      const path = evaluate(objectOf(properties)?.Path) ?? '/';
      const [partition, account] = ['AWS::Partition', 'AWS::AccountId'].map((each) => pseudo.get(each));
      if (typeof path === 'string') return `arn:${partition}:iam::${account}:role${path}${id}`;
    }
    if (type === 'AWS::ECR::Repository' && member === 'RepositoryUri' && id !== undefined) {
      const [account, region, suffix] = ['AWS::AccountId', 'AWS::Region', 'AWS::URLSuffix'].map((each) =>
        pseudo.get(each),
      );
      return `${account}.dkr.ecr.${region}.${suffix}/${id}`;
    }
    return new Computed(path);
  }

  function substituted(argument: Declared, level: number): Declared | undefined {
    const [text, own] = isList(argument) ? argument : [argument];
    if (typeof text !== 'string') return new Computed('the function Fn::Sub');
    const replaced = replacePlaces(text, (name) => {
      const named = objectOf(own)?.[name];
      if (named !== undefined) return evaluate(named, level);
      return name.includes('.') ? attribute(name) : reference(name);
    });
    return replaced instanceof Computed ? replaced : dynamic(replaced, outside);
  }

  function joined(argument: Declared, level: number): Declared {
    const [by, parts] = isList(argument) ? argument : [];
    const list = evaluate(parts, level);
    if (list instanceof Computed) return list;
    if (typeof by !== 'string' || !isList(list)) return new Computed('the function Fn::Join');
    const computed = list.find((each) => each instanceof Computed);
    return computed ?? dynamic(list.map(plainText).join(by), outside);
  }

  function split(argument: Declared, level: number): Declared {
    const [by, text] = isList(argument) ? argument : [];
    const whole = evaluate(text, level);
    if (whole instanceof Computed) return whole;
    if (typeof by !== 'string' || by === '' || typeof whole !== 'string')
      return new Computed('the function Fn::Split');
    return whole.split(by);
  }

  function selected(argument: Declared, level: number): Declared | undefined {
    const [index, from] = isList(argument) ? argument : [];
    const list = evaluate(from, level);
    if (list instanceof Computed) return list;
    // A parameter of a list is text with commas.
    const items = typeof list === 'string' ? list.split(',') : list;
    if (!isList(items)) return new Computed('the function Fn::Select');
    return items[Number(evaluate(index, level))] ?? new Computed('the function Fn::Select');
  }

  function mapped(argument: Declared, level: number): Declared {
    const [map, top, second] = (isList(argument) ? argument : []).map((each) => evaluate(each, level));
    const computed = [map, top, second].find((each) => each instanceof Computed);
    if (computed !== undefined) return computed;
    const found = objectOf(objectOf(mappings[plainText(map)])?.[plainText(top)])?.[plainText(second)];
    return found ?? new Computed(`the mapping ${plainText(map)}`);
  }

  function chosen(argument: Declared, level: number): Declared | undefined {
    const [name, yes, no] = isList(argument) ? argument : [];
    const holds = condition(plainText(name), level);
    if (holds === undefined) return new Computed(`the condition ${plainText(name)}`);
    return evaluate(holds ? yes : no, level);
  }

  /** Undefined where it cannot be told: a condition that leads back to itself is one of them. */
  function condition(name: string, level: number): boolean | undefined {
    if (known.has(name)) return known.get(name);
    known.set(name, undefined);
    const holds = Object.hasOwn(conditions, name) ? test(conditions[name], level) : undefined;
    known.set(name, holds);
    return holds;
  }

  function test(part: Declared | undefined, level: number): boolean | undefined {
    steps += 1;
    if (steps > MOST_STEPS || level > MOST_LEVELS) return undefined;
    const [name, argument] = Object.entries(objectOf(part) ?? {})[0] ?? [];
    const all = isList(argument) ? argument : [];
    switch (name) {
      case 'Condition':
        return condition(plainText(argument), level + 1);
      case 'Fn::Equals': {
        const [one, other] = all.map((each) => evaluate(each, level + 1));
        return one instanceof Computed || other instanceof Computed
          ? undefined
          : plainText(one) === plainText(other);
      }
      case 'Fn::Not': {
        const holds = test(all[0], level + 1);
        return holds === undefined ? undefined : !holds;
      }
      case 'Fn::And':
      case 'Fn::Or': {
        const results = all.map((each) => test(each, level + 1));
        const decides = name === 'Fn::Or';
        if (results.includes(decides)) return decides;
        return results.includes(undefined) ? undefined : !decides;
      }
      default:
        return undefined;
    }
  }

  return (part) => evaluate(part);
}

/** A text of Fn::Sub with each `${Name}` replaced; `${!Name}` is text. */
function replacePlaces(text: string, found: (name: string) => Declared | undefined): string | Computed {
  if (text.length > LONGEST_TEXT) return new Computed('the function Fn::Sub');
  let computed: Computed | undefined;
  const replaced = text.replaceAll(
    /\$\{(?<mark>!?)(?<name>[^{}]{1,300})\}/g,
    (whole, mark: string, name: string) => {
      if (mark === '!') return whole.replace('!', '');
      const value = found(name.trim());
      if (value instanceof Computed) computed ??= value;
      return plainText(value);
    },
  );
  return computed ?? replaced;
}

const DYNAMIC = /\{\{resolve:(?<service>ssm|ssm-secure|secretsmanager):(?<name>[^{}]{1,1000})\}\}/g;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
function dynamic(text: string, outside: OutsideValues): string | Computed {
  if (text.length > LONGEST_TEXT) return text;
  let computed: Computed | undefined;
  const replaced = text.replaceAll(DYNAMIC, (_whole, service: string, reference: string) => {
    const [name = '', version] = reference.split(':');
    // Of a secret, CloudFormation alone knows the value.
    const wanted = { kind: 'parameter', name, ...(version === undefined ? {} : { version }) } as const;
    const value = service === 'ssm' ? outside(wanted) : undefined;
    computed ??= value === undefined ? new Computed(dynamicLabel(service, name)) : undefined;
    return value ?? '';
  });
  return computed ?? replaced;
}

function dynamicLabel(service: string, name: string): string {
  return service === 'secretsmanager' ? `the secret ${name}` : `the SSM parameter ${name}`;
}

/** The names that a part of a template refers to, each once, in their order. */
export function namesIn(part: Declared | undefined, level = 0): readonly string[] {
  if (part === undefined || level > MOST_LEVELS) return [];
  if (isList(part)) return part.flatMap((each) => namesIn(each, level + 1));
  const object = objectOf(part);
  if (object === undefined) return [];
  return Object.entries(object).flatMap(([name, value]) => {
    if (name === 'Ref') return [plainText(value)];
    if (name !== 'Fn::Sub') return namesIn(value, level + 1);
    const [text, own] = isList(value) ? value : [value];
    const places = [
      ...plainText(text)
        .slice(0, LONGEST_TEXT)
        .matchAll(/\$\{(?<name>[A-Za-z0-9:]{1,255})\}/g),
    ];
    return [...places.map(({ groups }) => groups?.name ?? ''), ...namesIn(own, level + 1)];
  });
}

/** Maps whose names are not CloudFormation's: they are kept as they are written. */
const MAPS: ReadonlySet<string> = new Set(['DockerLabels', 'Options', 'Labels', 'DriverOpts']);

/**
 * Names that differ in more than their first letter.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-efsvolumeconfiguration.html
 */
const API_NAMES = new Map([
  ['EFSVolumeConfiguration', 'efsVolumeConfiguration'],
  ['FSxWindowsFileServerVolumeConfiguration', 'fsxWindowsFileServerVolumeConfiguration'],
  ['FilesystemId', 'fileSystemId'],
  ['IAM', 'iam'],
]);

/** The same members with the names that the API of ECS has for them: `ContainerDefinitions` is `containerDefinitions`. */
export function withApiNames(part: Declared): Declared {
  if (isList(part)) return part.map(withApiNames);
  const object = objectOf(part);
  if (object === undefined) return part;
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      API_NAMES.get(name) ?? `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`,
      MAPS.has(name) ? value : withApiNames(value),
    ]),
  );
}
