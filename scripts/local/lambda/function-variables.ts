import { deadLettersVariable, queueVariable, roles, secretVariable } from '#shared/contract/roles.ts';
import { settingsIn } from '#shared/contract/settings.ts';
import { type AwsEndpoints, awsAccess } from '../aws-endpoints.ts';
import { secretId } from '../secrets.ts';
import type { Queue } from '../triggers/queues.ts';
import type { FunctionSpec } from './catalog.ts';

export interface VariablesOptions {
  aws: AwsEndpoints;
  queues: Record<string, Queue>;
  version: string;
  commit?: string | undefined;
  env: NodeJS.ProcessEnv;
}

/**
 * The environment variables of one function: settings, and what its role may reach, as the stacks give them. It sees nothing
 * else of the host.
 */
export function functionVariables(
  { role }: Pick<FunctionSpec, 'role'>,
  { aws, queues, version, commit, env }: VariablesOptions,
): Record<string, string> {
  const { secrets, sendsMessages, operatesQueues } = roles[role];
  const { region, credentials } = awsAccess(env, role);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const variables: [string, string | undefined][] = [
    ...Object.entries(settingsIn(env)),
    ...secrets.map((name): [string, string] => [secretVariable(name), secretId(name)]),
    ...Object.entries(sendsMessages ? queues : {}).map(([id, { url }]): [string, string] => [
      queueVariable(id),
      url,
    ]),
    ...Object.entries(operatesQueues ? queues : {}).map(([id, { dlqUrl }]): [string, string] => [
      deadLettersVariable(id),
      dlqUrl,
    ]),
    ['BAGTRACKER_VERSION', version],
    ['BAGTRACKER_COMMIT', commit],
    ['AWS_REGION', region],
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ['AWS_SESSION_TOKEN', sessionToken],
    ['AWS_ENDPOINT_URL_SQS', aws.sqs],
    ['AWS_ENDPOINT_URL_SECRETS_MANAGER', aws.secretsManager],
    ['AWS_ENDPOINT_URL_KMS', aws.kms],
    // The SDK would otherwise look into the home folder of whoever started this.
    ['AWS_CONFIG_FILE', '/dev/null'],
    ['AWS_SHARED_CREDENTIALS_FILE', '/dev/null'],
  ];
  return Object.fromEntries(variables.filter((entry): entry is [string, string] => Boolean(entry[1])));
}
