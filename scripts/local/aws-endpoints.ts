// Where AWS's services are, and who calls them.
import { SetupError } from './servers/processes.ts';

export type AwsService = 'SQS' | 'SECRETS_MANAGER' | 'KMS';

export interface AwsEndpoints {
  sqs: string;
  secretsManager: string;
  kms: string;
}

const patienceMilliseconds = 5000;

const variablesOf = (service: AwsService) => [`AWS_ENDPOINT_URL_${service}`, 'AWS_ENDPOINT_URL'];

const variableOf = (env: NodeJS.ProcessEnv, service: AwsService) =>
  variablesOf(service).find((name) => env[name]);

/** As the AWS SDK reads it: the variable of the service wins over the general one. */
export function givenEndpoint(env: NodeJS.ProcessEnv, service: AwsService): string | undefined {
  const variable = variableOf(env, service);
  return variable && env[variable];
}

/** Answers the endpoint after it has answered us. */
export async function assertEndpoint(
  url: string,
  env: NodeJS.ProcessEnv,
  service: AwsService,
): Promise<string> {
  const variable = variableOf(env, service);
  if (!URL.canParse(url))
    throw new SetupError(`${variable} is not a URL: give one such as http://127.0.0.1:4566.`);
  // Queues and secrets are made, and secrets overwritten, wherever this points.
  if (new URL(url).hostname.endsWith('.amazonaws.com'))
    throw new SetupError(`${variable} points to AWS itself: npm start is for a local stand-in.`);
  try {
    await fetch(url, { signal: AbortSignal.timeout(patienceMilliseconds) });
  } catch {
    throw new SetupError(`The AWS endpoint of ${variable} (${url}) does not answer.`);
  }
  return url;
}

export interface AwsAccess {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/**
 * Region and credentials of a caller. Locally the access key says who it is, which the local Secrets Manager goes by;
 * a service that the environment names gets what the environment gives.
 */
export function awsAccess(env: NodeJS.ProcessEnv, caller: string): AwsAccess {
  const isGiven = (['SQS', 'SECRETS_MANAGER', 'KMS'] as const).some((service) => givenEndpoint(env, service));
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const local = { accessKeyId: `local-${caller}`, secretAccessKey: 'local' };
  if (!isGiven) return { region: 'us-east-1', credentials: local };
  const given = AWS_ACCESS_KEY_ID &&
    AWS_SECRET_ACCESS_KEY && {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  return { region: env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1', credentials: given || local };
}
