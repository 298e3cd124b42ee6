import { beforeAll, describe, expect, it } from 'vitest';
import { Settings } from '#shared/config.ts';
import { endpoints, messages, schedules } from '#shared/contract/index.ts';
import {
  deadLettersVariable,
  type Role,
  roles,
  secretNames,
  secretVariable,
} from '#shared/contract/roles.ts';
import { list, queries } from './queries.ts';
import { synthesise, type Template } from './templates.ts';

let templates: Template[] = [];

/** All that functions read, as an operator may have set it. */
const set = Object.fromEntries(Object.keys(Settings.shape).map((name) => [name, `as ${name} is set`]));

beforeAll(async () => {
  templates = await synthesise({ ...set, CORS_ORIGINS: 'https://app.example.org' });
}, 120_000);

const { all, allowed, allows, functionOf, functions, granted, secretId, statementsOf } = queries(
  () => templates,
);

const sources = [
  ...endpoints.map(({ id, role }) => [`http/${id}`, role] as const),
  ...messages.map(({ id, role = 'worker' }) => [`queues/${id}`, role] as const),
  ...schedules.map(({ id, role = 'worker' }) => [`schedules/${id}`, role] as const),
];

describe('the functions', () => {
  it('are those of the contract and no other', () => {
    expect(functions()).toHaveLength(sources.length);
  });

  it.each(sources)('%s runs on Node 24 on arm64 as %s, with its own log group', (source, role) => {
    const found = functionOf(role, source);
    expect(found).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    const roleId = found?.Role.split('/')[1]?.replace(/\.Arn$/, '') ?? '';
    expect(statementsOf(roleId)).toEqual(granted(role));
    expect(granted(role)).not.toEqual([]);
  });

  it.each(sources)('%s is told where the secrets of its role are, and of no others', (source, role) => {
    const variables = functionOf(role, source)?.Environment.Variables ?? {};
    const known = secretNames.filter((name) => secretVariable(name) in variables);
    expect(known.toSorted()).toEqual([...roles[role].secrets].sort());
    for (const name of known) expect(variables[secretVariable(name)]).toBe(secretId(name));
  });

  it.each(sources)('%s is told every setting', (source, role) => {
    expect(functionOf(role, source)?.Environment.Variables).toMatchObject(set);
  });
});

describe('the routes', () => {
  it('S19: are those of the contract, each once', () => {
    const routes = all('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
    expect(routes.sort()).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('answer before API Gateway gives up', () => {
    for (const { id, role } of endpoints)
      expect(functionOf(role, `http/${id}`)?.Timeout).toBeLessThanOrEqual(29);
  });
});

describe('CORS', () => {
  it('lets pages of the listed origins in, and neither others nor credentials', () => {
    const [api] = all('AWS::ApiGatewayV2::Api');
    expect(api?.[1].Properties.CorsConfiguration).toEqual({
      AllowOrigins: ['https://app.example.org'],
      AllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      AllowHeaders: expect.arrayContaining(['authorization', 'if-match', 'idempotency-key']),
      ExposeHeaders: expect.arrayContaining(['etag', 'retry-after']),
      MaxAge: 600,
    });
  });
});

describe('the queues', () => {
  it('each have a dead-letter queue of their own kind, which keeps its messages for 14 days', () => {
    const queues = new Map(all('AWS::SQS::Queue'));
    const redriven = [...queues].filter(([, { Properties }]) => Properties.RedrivePolicy);
    expect(redriven).toHaveLength(messages.length);
    for (const [id, { Properties }] of redriven) {
      const target = (Properties.RedrivePolicy as { deadLetterTargetArn: string }).deadLetterTargetArn;
      const deadLetters = queues.get(`${id.split('/')[0]}/${target.replace(/\.Arn$/, '')}`);
      expect(deadLetters?.Properties).toMatchObject({ FifoQueue: true, MessageRetentionPeriod: 14 * 86_400 });
    }
  });

  it.each(messages.map((message) => [message.id, message] as const))(
    '%s is fed as declared',
    (_, message) => {
      const mappings = all('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
      expect(mappings).toContainEqual(
        expect.objectContaining({
          BatchSize: message.batchSize,
          ScalingConfig: { MaximumConcurrency: message.maxConcurrency },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        }),
      );
      const visibilities = all('AWS::SQS::Queue').map(([, { Properties }]) => Properties.VisibilityTimeout);
      expect(visibilities).toContain(6 * message.timeoutSeconds);
    },
  );
});

describe('the schedules', () => {
  it.each([
    ['hourly-snapshot', 'cron(5 * * * ? *)'],
    ['daily-snapshot', 'cron(15 0 * * ? *)'],
    // Days of the week are counted from 1, which is Sunday.
    ['weekly-snapshot', 'cron(0 1 ? * 1 *)'],
    ['monthly-snapshot', 'cron(0 2 1 * ? *)'],
    ['refresh-prices', 'cron(0/5 * * * ? *)'],
    ['sweep-outbox', 'cron(* * * * ? *)'],
    ['purge', 'cron(17 3 * * ? *)'],
  ])('%s runs at %s in UTC, told the time it was due', (id, expression) => {
    const declared = schedules.find((schedule) => schedule.id === id);
    const found = all('AWS::Scheduler::Schedule').filter(
      ([, one]) => one.Properties.Description === declared?.summary,
    );
    expect(found.map(([, { Properties }]) => Properties)).toMatchObject([
      {
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: 'Etc/UTC',
        Target: { Input: '{"scheduled_time":"<aws.scheduler.scheduled-time>"}' },
      },
    ]);
  });

  it('are those of the contract, with nothing lost that fails', () => {
    const targets = all('AWS::Scheduler::Schedule').map(([, { Properties }]) => Properties.Target);
    expect(targets).toHaveLength(schedules.length);
    for (const target of targets) expect(target).toHaveProperty('DeadLetterConfig.Arn');
    expect(all('AWS::Lambda::EventInvokeConfig')).toHaveLength(schedules.length);
  });
});

describe('the permissions', () => {
  it('S24: name every action', () => {
    expect(
      allowed()
        .flatMap(({ Action }) => list(Action))
        .filter((action) => action.includes('*')),
    ).toEqual([]);
  });

  it('name every resource, but for X-Ray and the log groups of a role', () => {
    const wide = allowed().filter(({ Resource: resources }) =>
      list(resources).some((resource) => resource.includes('*')),
    );
    for (const { Action, Resource: resources } of wide) {
      if (list(Action).every((action) => action.startsWith('xray:Put'))) continue;
      expect(list(Action)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
      expect(resources).toMatch(/:log-group:\/bagtracker\/[a-z]+\/\*$/);
    }
  });

  it.each(Object.keys(roles) as Role[])(
    'let %s read the secrets it lists, and decrypt for nothing else',
    (role) => {
      const listed = roles[role].secrets.map(secretId).sort();
      expect(allows(role, 'secretsmanager:GetSecretValue').sort()).toEqual(listed);
      const decrypting = granted(role).filter(({ Action }) =>
        list(Action).some((action) => action.startsWith('kms:')),
      );
      expect(decrypting).toHaveLength(listed.length > 0 ? 1 : 0);
      for (const statement of decrypting) {
        const secrets = statement.Condition?.StringEquals['kms:EncryptionContext:SecretARN'] ?? [];
        expect(list(secrets).sort()).toEqual(listed);
      }
    },
  );

  it('let only the auth role read the key that signs tokens', () => {
    const readers = (Object.keys(roles) as Role[]).filter((role) =>
      allows(role, 'secretsmanager:GetSecretValue').includes(secretId('jwt-signing')),
    );
    expect(readers).toEqual(['auth']);
  });

  it('let pricing alone read the keys of price sources', () => {
    const readers = (Object.keys(roles) as Role[]).filter((role) =>
      allows(role, 'secretsmanager:GetSecretValue').includes(secretId('prices')),
    );
    expect(readers).toEqual(['pricing']);
  });

  it('let operators alone read their token, and they and no other role reach dead letters', () => {
    const everyRole = Object.keys(roles) as Role[];
    const readers = everyRole.filter((role) =>
      allows(role, 'secretsmanager:GetSecretValue').includes(secretId('admin')),
    );
    expect(readers).toEqual(['operator']);
    for (const role of everyRole) {
      const letters = roles[role].operatesQueues ? messages.length : 0;
      for (const action of ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:DeleteMessage']) {
        const reached = allows(role, action).filter((arn) => arn.includes('DeadLetters'));
        expect(reached, `${role} ${action}`).toHaveLength(letters);
      }
      expect(allows(role, 'sqs:SendMessage').filter((arn) => arn.includes('DeadLetters'))).toEqual([]);
    }
    const variables = functionOf('operator', 'http/queues/redrive')?.Environment.Variables ?? {};
    for (const { id } of messages) expect(variables[deadLettersVariable(id)]).toMatch(/DeadLetters/);
  });

  it.each(Object.keys(roles) as Role[])('let %s send messages only if the contract says so', (role) => {
    const toFifoQueues = allows(role, 'sqs:SendMessage').filter((arn) => !arn.includes('FailedRuns'));
    expect(toFifoQueues).toHaveLength(roles[role].sendsMessages ? messages.length : 0);
  });
});

describe('the templates', () => {
  it('stay well below the 500 resources that CloudFormation accepts', () => {
    for (const { resources, stack } of templates) expect(resources.size, stack).toBeLessThan(400);
  });

  it('S22: hold no secret value', () => {
    expect(all('AWS::SecretsManager::Secret')).toHaveLength(secretNames.length);
    for (const { text, stack } of templates)
      expect(text, stack).not.toMatch(/SecretString|BEGIN [A-Z ]*PRIVATE KEY/);
  });
});
