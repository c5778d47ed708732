import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { TaskContainer } from '../../../../shared/model/task.ts';
import type { TaskDetail, TaskProtection, TaskRef } from '../../../../shared/model/task-detail.ts';
import { shortDigest } from '../../lib/format.ts';
import { useFormatInstant } from '../../lib/time-zone.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ConsoleLink } from '../../ui/console-link.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import factStyles from './facts.module.css';
import styles from './task-page.module.css';
import { TASK_TEXT } from './tasks-text.ts';

interface DetailProps {
  readonly detail: TaskDetail;
}

type ContainerFacts = TaskDetail['containers'][number];

/** The containers of a task: state, health, exit code and reason, image, size and restart policy. */
export function TaskContainers({ detail: { task, containers } }: DetailProps) {
  const columns = TASK_TEXT.containerColumns;
  return (
    <Card title={TASK_TEXT.containers}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {Object.values(columns).map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {task.containers.map((container) => (
            <ContainerRow
              key={container.name}
              container={container}
              facts={containers.find(({ name }) => name === container.name)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

interface ContainerRowProps {
  readonly container: TaskContainer;
  readonly facts: ContainerFacts | undefined;
}

function ContainerRow({ container, facts }: ContainerRowProps) {
  const { name, lastStatus, health, exitCode, reason, image, digest } = container;
  const size = [facts?.cpu === '0' ? undefined : facts?.cpu, facts?.memory].filter(
    (part) => part !== undefined,
  );
  return (
    <Table.Tr>
      <Table.Td>
        <b>{name}</b>
        {facts?.isEssential === true ? <span className={styles.small}>{TASK_TEXT.essential}</span> : null}
      </Table.Td>
      <Table.Td>
        {lastStatus?.toLowerCase()}
        {health === undefined || health === 'UNKNOWN' ? '' : `, ${health.toLowerCase()}`}
        {facts?.managedAgents.map((agent) => (
          <span key={agent.name} className={styles.small} title={agent.reason}>
            {TASK_TEXT.agent(agent.name, agent.lastStatus)}
          </span>
        ))}
      </Table.Td>
      <Table.Td>
        {exitCode === undefined ? null : <Tag kind={exitCode === 0 ? 'ok' : 'failed'}>{exitCode}</Tag>}
        {reason === undefined ? null : <span className={styles.cause}>{reason}</span>}
      </Table.Td>
      <Table.Td className={styles.cell}>
        <Mono>{image}</Mono>
        {digest === undefined || image?.includes('@') === true ? null : (
          <>
            {' '}
            <Mono>@{shortDigest(digest)}</Mono> <CopyId value={digest} what={`digest of ${name}`} />
          </>
        )}
        {facts?.ports.map((port) => (
          <span key={port} className={styles.small}>
            {port}
          </span>
        ))}
      </Table.Td>
      <Table.Td>{size.join(', ')}</Table.Td>
      <Table.Td title={TASK_TEXT.restartsHelp}>{restartsLabel(facts)}</Table.Td>
    </Table.Tr>
  );
}

function restartsLabel(facts: ContainerFacts | undefined): string {
  if (facts === undefined) return '';
  if (facts.restarts === undefined) return TASK_TEXT.noRestarts;
  const { ignoredExitCodes } = facts.restarts;
  return ignoredExitCodes.length === 0 ? TASK_TEXT.restarts : TASK_TEXT.restartsExcept(ignoredExitCodes);
}

/** Where a task runs, and what started it. */
export function TaskPlace({ taskRef, detail }: DetailProps & { readonly taskRef: TaskRef }) {
  const { task, network, instance, protection } = detail;
  const { facts } = TASK_TEXT;
  const { account, region, cluster } = taskRef;
  const size = [detail.cpu, detail.memory].filter((part) => part !== undefined);
  const capacity = detail.capacityProvider ?? detail.launchType;
  return (
    <Card title={TASK_TEXT.place}>
      <CardBody>
        <dl className={factStyles.facts}>
          <Id name={facts.task} value={task.id} />
          <Fact name={facts.service}>
            {detail.service === undefined ? undefined : (
              <Link
                to="/a/$account/$region/c/$cluster/s/$service"
                params={{ account, region, cluster, service: detail.service }}
                search={detail.deploymentArn === undefined ? {} : { deployment: detail.deploymentArn }}
              >
                {detail.service}
                {detail.deploymentArn === undefined ? '' : `, ${TASK_TEXT.deployment}`}
              </Link>
            )}
          </Fact>
          <Fact name={facts.group}>{detail.group}</Fact>
          <Fact name={facts.startedBy}>{detail.startedByEntry?.title ?? task.startedBy}</Fact>
          <Fact name={facts.protection}>
            {protection === undefined ? undefined : <Protection protection={protection} />}
          </Fact>
          <Fact name={facts.zone}>{task.availabilityZone}</Fact>
          <Fact name={facts.capacity}>{capacity}</Fact>
          <Fact name={facts.platform}>{detail.platform}</Fact>
          <Fact name={facts.size}>{size.length === 0 ? undefined : sizeLabel(detail)}</Fact>
          <Fact name={facts.storage}>
            {detail.ephemeralStorageGiB === undefined
              ? undefined
              : TASK_TEXT.storage(detail.ephemeralStorageGiB)}
          </Fact>
          <Fact name={facts.exec}>
            {task.keptAt === undefined ? (detail.hasExec ? TASK_TEXT.execOn : TASK_TEXT.execOff) : undefined}
          </Fact>
          <Id name={facts.ipv4} value={network?.privateIpv4} />
          <Id name={facts.ipv6} value={network?.ipv6} />
          <Id name={facts.dns} value={network?.dnsName} />
          <Id name={facts.subnet} value={network?.subnet} />
          <Id
            name={facts.networkInterface}
            value={network?.networkInterface}
            link={<ConsoleLink url={network?.consoleUrl} what={TASK_TEXT.publicAddress} />}
          />
          <Id name={facts.mac} value={network?.macAddress} />
          <Id name={facts.instance} value={instance?.arn.slice(instance.arn.lastIndexOf('/') + 1)} />
          <Id
            name={facts.ec2}
            value={instance?.ec2}
            link={
              <ConsoleLink url={instance?.consoleUrl} what={TASK_TEXT.ec2Instance(instance?.ec2 ?? '')} />
            }
          />
        </dl>
      </CardBody>
    </Card>
  );
}

function sizeLabel({ cpu, memory }: TaskDetail): string {
  return [
    ...(cpu === undefined ? [] : [`${Number(cpu) / 1024} vCPU`]),
    ...(memory === undefined ? [] : [`${Number(memory) / 1024} GiB`]),
  ].join(', ');
}

/** Nothing where there is nothing to say. */
function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === undefined || children === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

interface IdProps {
  readonly name: string;
  readonly value: string | undefined;
  readonly link?: ReactNode;
}

function Id({ name, value, link }: IdProps) {
  if (value === undefined) return null;
  return (
    <Fact name={name}>
      <Mono>{value}</Mono> <CopyId value={value} what={name} /> {link}
    </Fact>
  );
}

function Protection({ protection: { isProtected, until } }: { readonly protection: TaskProtection }) {
  const formatInstant = useFormatInstant();
  if (!isProtected) return TASK_TEXT.notProtected;
  return until === undefined ? TASK_TEXT.protected : `${TASK_TEXT.protectedUntil} ${formatInstant(until)}`;
}

/** What happened when, with the absolute times. */
export function TaskTimes({ detail: { times } }: DetailProps) {
  const formatInstant = useFormatInstant();
  return (
    <Card title={TASK_TEXT.times}>
      <CardBody>
        <dl className={factStyles.facts}>
          {times.map(({ what, at }) => (
            <Fact key={what} name={TASK_TEXT.timeNames[what]}>
              {formatInstant(at)}{' '}
              <span className={styles.soft}>
                (<RelativeTime at={at} />)
              </span>
            </Fact>
          ))}
        </dl>
      </CardBody>
    </Card>
  );
}

/** The events of its service that name it. */
export function TaskEvents({ detail: { events } }: DetailProps) {
  if (events.length === 0) return null;
  return (
    <Card title={TASK_TEXT.events}>
      <CardBody>
        <ul className={styles.events}>
          {events.map((event) => (
            <li key={event.id}>
              <span className={styles.soft}>
                <RelativeTime at={event.at} />
              </span>{' '}
              {event.message}
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  );
}

const MOST_TAGS = 50;

/** Keys and values as they are; each can be 256 characters of anything. */
export function TaskTags({ detail: { tags } }: DetailProps) {
  if (tags.length === 0) return null;
  return (
    <Card title={TASK_TEXT.tags}>
      <CardBody>
        <dl className={`${factStyles.facts} ${styles.tags}`}>
          {tags.slice(0, MOST_TAGS).map(({ key, value }) => (
            <Fact key={key} name={key}>
              <Mono>{value}</Mono>
            </Fact>
          ))}
        </dl>
      </CardBody>
    </Card>
  );
}
