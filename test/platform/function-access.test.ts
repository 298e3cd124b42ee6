import { expect, test } from 'vitest';
import { type Role, roles, secretNames, secretVariable } from '#shared/contract/roles.ts';
import { functionVariables } from '../../scripts/local/lambda/function-variables.ts';
import { allow, secretId } from '../../scripts/local/secrets.ts';

const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-ab12CD`;
const url = 'http://127.0.0.1:9324/000000000000/bagtracker-recalculate-balance.fifo';
const deadLettersUrl = 'http://127.0.0.1:9324/000000000000/bagtracker-recalculate-balance-dlq.fifo';
const options = {
  aws: { sqs: 'http://127.0.0.1:9324', secretsManager: 'http://127.0.0.1:1', kms: 'http://127.0.0.1:2' },
  queues: { 'recalculate-balance': { url, arn: '', dlqUrl: deadLettersUrl } },
  version: '1.2.3',
  env: { HOME: '/root', PATH: '/bin', AWS_PROFILE: 'work', DATABASE_URL: 'postgres://', LOG_LEVEL: 'debug' },
};

const everyRole = Object.keys(roles) as Role[];

test.each(everyRole)('lets %s read the secrets of its role and no others', (role) => {
  const readable = secretNames.filter((name) =>
    allow(`local-${role}`, 'secretsmanager:GetSecretValue', arn(secretId(name))),
  );
  expect(readable.toSorted()).toEqual([...roles[role].secrets].sort());
});

test.each([
  ['local-api', 'secretsmanager:PutSecretValue', arn('bagtracker/database'), false],
  ['local-api', 'secretsmanager:GetSecretValue', arn('bagtracker/databases'), false],
  ['local-api', 'secretsmanager:GetSecretValue', arn('other/bagtracker/database'), false],
  ['local-api', 'kms:Decrypt', 'arn:aws:kms:us-east-1:000000000000:key/1', false],
  ['local-nobody', 'secretsmanager:GetSecretValue', arn('bagtracker/database'), false],
  ['local-constructor', 'secretsmanager:GetSecretValue', arn('bagtracker/database'), false],
  ['', 'secretsmanager:GetSecretValue', arn('bagtracker/database'), false],
  ['local-platform', 'secretsmanager:CreateSecret', arn('bagtracker/database'), true],
])('decides whether %s may do %s on %s', (caller, action, resource, expected) => {
  expect(allow(caller, action, resource)).toBe(expected);
});

test.each(everyRole)('gives functions of role %s what the role lists', (role) => {
  const variables = functionVariables({ role }, options);
  const named = secretNames.filter((name) => secretVariable(name) in variables);
  expect(named.toSorted()).toEqual([...roles[role].secrets].sort());
  expect(variables.RECALCULATE_BALANCE_QUEUE_URL).toBe(roles[role].sendsMessages ? url : undefined);
  expect(variables.RECALCULATE_BALANCE_DEAD_LETTERS_URL).toBe(
    roles[role].operatesQueues ? deadLettersUrl : undefined,
  );
  expect(variables.AWS_ACCESS_KEY_ID).toBe(`local-${role}`);
});

test('passes on settings and nothing else of the host', () => {
  expect(functionVariables({ role: 'documents' }, options)).toEqual({
    LOG_LEVEL: 'debug',
    BAGTRACKER_VERSION: '1.2.3',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local-documents',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9324',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:2',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
});

test('takes region and credentials from the environment where that names the services', () => {
  const env = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  expect(functionVariables({ role: 'api' }, { ...options, env })).toMatchObject({
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
});
