import { ArnFormat, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { messages, schedules } from '#shared/contract/index.ts';
import {
  deadLettersVariable,
  queueVariable,
  type Role as RoleName,
  roles,
  type SecretName,
  secretVariable,
} from '#shared/contract/roles.ts';
import { logGroupPrefix, pascalCase } from '../names.ts';
import type { DataStack } from './data.ts';
import type { QueuesStack } from './queues.ts';

/** A role, and the variables that tell its functions where to find what it may use. */
export interface Granted {
  role: Role;
  environment: Readonly<Record<string, string>>;
}

export interface AccessStackProps extends StackProps {
  data: DataStack;
  queues: QueuesStack;
}

/**
 * One role per entry of the contract. Every statement is written out: `grant*` methods across stacks give more than
 * asked for, and with the data stack's key they make a cycle.
 */
export class AccessStack extends Stack {
  readonly access: Readonly<Record<RoleName, Granted>>;

  constructor(scope: Construct, id: string, { data, queues, ...props }: AccessStackProps) {
    super(scope, id, props);
    const granted = (Object.keys(roles) as RoleName[]).map((name): [RoleName, Granted] => [
      name,
      { role: this.role(name, data, queues), environment: environmentOf(name, data, queues) },
    ]);
    this.access = Object.fromEntries(granted) as Record<RoleName, Granted>;
  }

  private role(name: RoleName, data: DataStack, { queues, failedRuns }: QueuesStack): Role {
    const role = new Role(this, pascalCase(name), {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Functions of the ${name} role`,
    });
    const { secrets, sendsMessages, operatesQueues } = roles[name];
    const deadLetters = [...queues.values()].map((queue) => queue.deadLetters);
    const statements = [
      this.logging(name),
      tracing(),
      ...(secrets.length > 0 ? this.reading(secrets, data) : []),
      ...(sendsMessages ? sending([...queues.values()]) : []),
      ...(operatesQueues ? [redriving(deadLetters)] : []),
      ...consuming(consumedBy(name, queues)),
      ...(schedules.some(({ role: of = 'worker' }) => of === name) ? [reporting(failedRuns)] : []),
    ];
    for (const statement of statements) role.addToPolicy(statement);
    return role;
  }

  private logging(name: RoleName): PolicyStatement {
    const logGroups = this.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${logGroupPrefix(name)}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroups],
    });
  }

  /** The key decrypts for Secrets Manager, on behalf of these secrets, and for nothing else. */
  private reading(names: readonly SecretName[], { key, secretArns }: DataStack): PolicyStatement[] {
    const arns = names.map((name) => secretArns[name]);
    return [
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: arns }),
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [key.keyArn],
        conditions: {
          StringEquals: {
            'kms:ViaService': `secretsmanager.${this.region}.amazonaws.com`,
            'kms:EncryptionContext:SecretARN': arns,
          },
        },
      }),
    ];
  }
}

/** X-Ray knows no resources to limit this to. */
const tracing = () =>
  new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] });

const arnsOf = (queues: readonly IQueue[]) => queues.map(({ queueArn }) => queueArn);

/** The health check asks for the attributes. */
const sending = (queues: readonly IQueue[]): PolicyStatement[] => [
  new PolicyStatement({ actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'], resources: arnsOf(queues) }),
];

/** Dead letters are counted, and taken out once they are back in their queue. */
const redriving = (deadLetters: readonly IQueue[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
    resources: arnsOf(deadLetters),
  });

/** The queues of the messages whose functions have this role. */
const consumedBy = (name: RoleName, queues: QueuesStack['queues']): IQueue[] =>
  messages.filter(({ role = 'worker' }) => role === name).flatMap(({ id }) => queues.get(id) ?? []);

/** Lambda polls with the role of the function that it polls for. */
const consuming = (queues: readonly IQueue[]): PolicyStatement[] =>
  queues.length === 0
    ? []
    : [
        new PolicyStatement({
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
          resources: arnsOf(queues),
        }),
      ];

/** Lambda reports with a job's role the runs of it that failed for good. */
const reporting = (failedRuns: IQueue): PolicyStatement =>
  new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failedRuns.queueArn] });

const environmentOf = (name: RoleName, { secretArns }: DataStack, { queues }: QueuesStack) => {
  const { secrets, sendsMessages, operatesQueues } = roles[name];
  return Object.fromEntries([
    ...secrets.map((secret) => [secretVariable(secret), secretArns[secret]]),
    ...(sendsMessages ? [...queues].map(([id, queue]) => [queueVariable(id), queue.queueUrl]) : []),
    ...(operatesQueues
      ? [...queues].map(([id, { deadLetters }]) => [deadLettersVariable(id), deadLetters.queueUrl])
      : []),
  ]) as Record<string, string>;
};
