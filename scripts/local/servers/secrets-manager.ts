// The calls of AWS Secrets Manager that BagTracker makes, with the rules that rotation depends on.
import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError, type AwsInput, optionalText, requiredText } from './aws-error.ts';

interface Version {
  string?: string;
  /** Base64, as it arrived. */
  binary?: string;
  stages: string[];
  created: number;
}

interface Secret {
  arn: string;
  name: string;
  description?: string;
  created: number;
  changed: number;
  versions: Record<string, Version>;
}

export type Secrets = Record<string, Secret>;

const ARN_PREFIX = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:';
const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

const now = () => Date.now() / 1000;

function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}.`);
}

function find(secrets: Secrets, input: AwsInput): Secret {
  const id = requiredText(input, 'SecretId');
  const found = Object.values(secrets).find(({ name, arn }) => [name, arn, arn.slice(0, -7)].includes(id));
  if (!found) throw notFound('secret');
  return found;
}

/** The ARN a request is about, also of a secret that does not exist yet: access is decided by it. */
export function secretResource(secrets: Secrets, input: AwsInput): string {
  const id = optionalText(input, 'SecretId') ?? optionalText(input, 'Name') ?? '';
  const found = Object.values(secrets).find(({ name, arn }) => [name, arn, arn.slice(0, -7)].includes(id));
  return found?.arn ?? (id.startsWith('arn:') ? id : `${ARN_PREFIX}${id}`);
}

function holderOf(secret: Secret, stage: string): [string, Version] | undefined {
  return Object.entries(secret.versions).find(([, version]) => version.stages.includes(stage));
}

function dropStage(version: Version | undefined, stage: string): void {
  if (version) version.stages = version.stages.filter((label) => label !== stage);
}

/** A label sits on one version at a time, and the version AWSCURRENT leaves becomes AWSPREVIOUS. */
function moveStage(secret: Secret, stage: string, target: string): void {
  const version = secret.versions[target];
  if (!version || version.stages.includes(stage)) return;
  const holder = holderOf(secret, stage);
  dropStage(holder?.[1], stage);
  version.stages.push(stage);
  if (stage === CURRENT && holder) moveStage(secret, PREVIOUS, holder[0]);
}

function givenValue(input: AwsInput): Pick<Version, 'string' | 'binary'> | undefined {
  const string = optionalText(input, 'SecretString');
  const binary = optionalText(input, 'SecretBinary');
  if (string !== undefined && binary !== undefined)
    throw new AwsError('InvalidParameterException', 'Give SecretString or SecretBinary, not both.');
  if (string !== undefined) return { string };
  return binary === undefined ? undefined : { binary };
}

function tokenOf(input: AwsInput): string {
  const token = optionalText(input, 'ClientRequestToken') ?? randomUUID();
  if (token.length < 32 || token.length > 64)
    throw new AwsError('InvalidParameterException', 'ClientRequestToken must have 32 to 64 characters.');
  return token;
}

function stagesOf(input: AwsInput): string[] | undefined {
  const stages = input.VersionStages;
  if (stages === undefined || stages === null) return undefined;
  if (Array.isArray(stages) && stages.length > 0) return stages.map(String);
  throw new AwsError('InvalidParameterException', 'VersionStages must hold at least one label.');
}

function addVersion(secret: Secret, input: AwsInput, value: Pick<Version, 'string' | 'binary'>): string {
  const token = tokenOf(input);
  const existing = secret.versions[token];
  if (existing && (existing.string !== value.string || existing.binary !== value.binary))
    throw new AwsError('ResourceExistsException', `Version ${token} exists with another value.`);
  const isFirst = Object.keys(secret.versions).length === 0;
  if (existing) return token;
  secret.versions[token] = { ...value, stages: [], created: now() };
  const stages = stagesOf(input) ?? [CURRENT];
  for (const stage of isFirst ? new Set([...stages, CURRENT]) : stages) moveStage(secret, stage, token);
  secret.changed = now();
  return token;
}

function createSecret(secrets: Secrets, input: AwsInput) {
  const name = requiredText(input, 'Name');
  const value = givenValue(input);
  const existing = secrets[name];
  const isRepeated = value && existing?.versions[optionalText(input, 'ClientRequestToken') ?? ''];
  if (existing && !isRepeated)
    throw new AwsError('ResourceExistsException', `The secret ${name} already exists.`);
  const description = optionalText(input, 'Description');
  const secret = existing ?? {
    arn: `${ARN_PREFIX}${name}-${randomBytes(3).toString('hex')}`,
    name,
    ...(description === undefined ? {} : { description }),
    created: now(),
    changed: now(),
    versions: {},
  };
  const version = value ? { VersionId: addVersion(secret, input, value) } : {};
  secrets[name] = secret;
  return { ARN: secret.arn, Name: name, ...version };
}

function getSecretValue(secrets: Secrets, input: AwsInput) {
  const secret = find(secrets, input);
  const id = optionalText(input, 'VersionId');
  const stage = optionalText(input, 'VersionStage');
  const byId = id === undefined ? undefined : secret.versions[id];
  const [versionId, version] =
    (id === undefined ? holderOf(secret, stage ?? CURRENT) : byId && [id, byId]) ?? [];
  if (!versionId || !version) throw notFound(`secret value for ${id ?? stage ?? CURRENT}`);
  if (stage !== undefined && !version.stages.includes(stage))
    throw new AwsError('InvalidRequestException', `Version ${versionId} does not have the label ${stage}.`);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: versionId,
    ...(version.string === undefined ? {} : { SecretString: version.string }),
    ...(version.binary === undefined ? {} : { SecretBinary: version.binary }),
    VersionStages: version.stages,
    CreatedDate: version.created,
  };
}

function putSecretValue(secrets: Secrets, input: AwsInput) {
  const secret = find(secrets, input);
  const value = givenValue(input);
  if (!value) throw new AwsError('InvalidRequestException', 'Give SecretString or SecretBinary.');
  const token = addVersion(secret, input, value);
  const stages = secret.versions[token]?.stages;
  return { ARN: secret.arn, Name: secret.name, VersionId: token, VersionStages: stages };
}

function updateSecretVersionStage(secrets: Secrets, input: AwsInput) {
  const secret = find(secrets, input);
  const stage = requiredText(input, 'VersionStage');
  const from = optionalText(input, 'RemoveFromVersionId');
  const to = optionalText(input, 'MoveToVersionId');
  const holder = holderOf(secret, stage)?.[0];
  for (const id of [from, to]) if (id !== undefined && !secret.versions[id]) throw notFound(`version ${id}`);
  if (from !== undefined && from !== holder)
    throw new AwsError('InvalidParameterException', `The label ${stage} is not on version ${from}.`);
  if (to !== undefined && holder !== undefined && holder !== to && from === undefined)
    throw new AwsError(
      'InvalidParameterException',
      `The label ${stage} is on version ${holder}: remove it there.`,
    );
  if (to !== undefined) moveStage(secret, stage, to);
  else if (stage === CURRENT)
    throw new AwsError('InvalidParameterException', `${CURRENT} can only be moved.`);
  else if (from !== undefined) dropStage(secret.versions[from], stage);
  secret.changed = now();
  return { ARN: secret.arn, Name: secret.name };
}

function describeSecret(secrets: Secrets, input: AwsInput) {
  const secret = find(secrets, input);
  const labelled = Object.entries(secret.versions).filter(([, { stages }]) => stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    RotationEnabled: false,
    CreatedDate: secret.created,
    LastChangedDate: secret.changed,
    VersionIdsToStages: Object.fromEntries(labelled.map(([id, { stages }]) => [id, stages])),
  };
}

export const secretsManagerActions = new Map<string, (secrets: Secrets, input: AwsInput) => object>([
  ['CreateSecret', createSecret],
  ['GetSecretValue', getSecretValue],
  ['PutSecretValue', putSecretValue],
  ['UpdateSecretVersionStage', updateSecretVersionStage],
  ['DescribeSecret', describeSecret],
]);
