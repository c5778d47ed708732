import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ParameterNotFound,
  type ParameterStringFilter,
  type ParametersFilter,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createParameters } from './parameters.ts';
import { createSsm } from './ssm.ts';

let api: TestApi;
let client: SSMClient;
beforeAll(async () => {
  const parameters = createParameters();
  const now = () => new Date('2026-01-01T00:00:00Z');
  api = await startTestApi({ json: [createSsm(() => parameters, now)] });
  client = new SSMClient(api.config);
});
afterAll(() => api.close());

const put = (Name: string, Value: string, more = {}) =>
  client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', ...more }));
const get = (Name: string, WithDecryption = true) =>
  client.send(new GetParameterCommand({ Name, WithDecryption }));

it('a parameter is found by its name and its ARN, and shows its value on request', async () => {
  await put('/shop/token', 'once');
  await put('flat', 'plain');
  const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter';
  for (const name of ['/shop/token', `${arn}/shop/token`]) {
    expect(await get(name)).toMatchObject({ Parameter: { Value: 'once', ARN: `${arn}/shop/token` } });
  }
  expect(await get(`${arn}/flat`)).toMatchObject({ Parameter: { Name: 'flat', Value: 'plain' } });
  const { Parameter } = await get('/shop/token', false);
  expect(Parameter?.Value).not.toContain('once');
});

it('a parameter counts versions, and is overwritten only on request', async () => {
  await put('/counted', 'once');
  await expect(put('/counted', 'twice')).rejects.toMatchObject({
    name: 'ParameterAlreadyExists',
    message:
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  });
  expect(await put('/counted', 'twice', { Overwrite: true })).toMatchObject({ Version: 2 });
  expect(await get('/counted')).toMatchObject({ Parameter: { Value: 'twice', Version: 2 } });
});

it('GetParameters names the parameters that do not exist', async () => {
  await put('/there', 'yes');
  const found = await client.send(new GetParametersCommand({ Names: ['/there', '/nowhere'] }));
  expect(found).toMatchObject({ Parameters: [{ Name: '/there' }], InvalidParameters: ['/nowhere'] });
  const Names = Array.from({ length: 11 }, (_, index) => `/p/${index}`);
  await expect(client.send(new GetParametersCommand({ Names }))).rejects.toThrow(
    'Member must have length less than or equal to 10',
  );
});

it('DescribeParameters returns parameters without their values, by name and in pages', async () => {
  for (const name of ['/listed/one', '/listed/two']) await put(name, 'hidden');
  const ParameterFilters = [{ Key: 'Name', Option: 'BeginsWith', Values: ['/listed'] }];
  const first = await client.send(new DescribeParametersCommand({ ParameterFilters, MaxResults: 1 }));
  const { NextToken } = first;
  const rest = await client.send(new DescribeParametersCommand({ ParameterFilters, NextToken }));
  const all = [...(first.Parameters ?? []), ...(rest.Parameters ?? [])];
  expect(all.map(({ Name }) => Name)).toEqual(['/listed/one', '/listed/two']);
  expect(JSON.stringify(all)).not.toContain('hidden');
  expect(rest.NextToken).toBeUndefined();
});

it('DescribeParameters takes the older filters by name, type and key', async () => {
  await put('/older/secure', 'x');
  await put('/older/plain', 'x', { Type: 'String' });
  const listed = async (filters: readonly ParametersFilter[]) => {
    const { Parameters } = await client.send(new DescribeParametersCommand({ Filters: [...filters] }));
    return Parameters?.map(({ Name }) => Name);
  };
  const ours: ParametersFilter = { Key: 'Name', Values: ['/older/'] };
  expect(await listed([ours])).toEqual(['/older/plain', '/older/secure']);
  expect(await listed([ours, { Key: 'Type', Values: ['String'] }])).toEqual(['/older/plain']);
  expect(await listed([ours, { Key: 'KeyId', Values: ['alias/aws/ssm'] }])).toEqual(['/older/secure']);
  const both = { Filters: [ours], ParameterFilters: [{ Key: 'Name', Values: ['/older/plain'] }] };
  await expect(client.send(new DescribeParametersCommand(both))).rejects.toThrow(
    'You can use either Filters or ParameterFilters in a single request.',
  );
});

it('DescribeParameters takes a hierarchy as a filter, of one level or of all', async () => {
  for (const name of ['/tree/one', '/tree/deep/two', '/treetop']) await put(name, 'x');
  const listed = async (filter: ParameterStringFilter) => {
    const { Parameters } = await client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
    return Parameters?.map(({ Name }) => Name);
  };
  expect(await listed({ Key: 'Path', Values: ['/tree'] })).toEqual(['/tree/one']);
  const everything: ParameterStringFilter = { Key: 'Path', Option: 'Recursive', Values: ['/tree/'] };
  expect(await listed(everything)).toEqual(['/tree/deep/two', '/tree/one']);
  expect(await listed({ ...everything, Values: ['/tre'] })).toEqual([]);
  await expect(listed({ ...everything, Option: 'Contains' })).rejects.toMatchObject({
    name: 'InvalidFilterOption',
  });
});

it('a parameter cannot have an empty value', async () => {
  await expect(put('/empty', '')).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining("Value '' at 'value' failed to satisfy constraint"),
  });
});

it('DeleteParameter deletes a parameter, and reports one that does not exist', async () => {
  await put('/gone', 'once');
  await client.send(new DeleteParameterCommand({ Name: '/gone' }));
  await expect(get('/gone')).rejects.toBeInstanceOf(ParameterNotFound);
  await expect(client.send(new DeleteParameterCommand({ Name: '/gone' }))).rejects.toBeInstanceOf(
    ParameterNotFound,
  );
});
