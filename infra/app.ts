import { App, type AppProps, Tags } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { endpoints } from '#shared/contract/index.ts';
import { type Config, readConfig } from './config.ts';
import { pascalCase } from './names.ts';
import type { Platform } from './platform.ts';
import { AccessStack } from './stacks/access.ts';
import { ApiStack } from './stacks/api.ts';
import { DataStack } from './stacks/data.ts';
import { GatewayStack } from './stacks/gateway.ts';
import { QueuesStack } from './stacks/queues.ts';
import { SchedulesStack } from './stacks/schedules.ts';
import { WorkersStack } from './stacks/workers.ts';

const resourceGroup = ({ id }: { id: string }): string => id.slice(0, id.indexOf('/'));

/** As a new project starts. What another stack uses cannot be taken away under it. */
const context = { ...recommendedFlags, '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

/**
 * The whole system. Several stacks, because CloudFormation stops at 500 resources in one, and because a resource group
 * of the API then deploys and rolls back alone.
 */
export const bagTracker = (config: Config, props: AppProps = {}): App => {
  const app = new App({ context, ...props });
  const stack = (name: string) => `${config.name}-${name}`;

  const data = new DataStack(app, stack('Data'));
  const queues = new QueuesStack(app, stack('Queues'));
  const { access } = new AccessStack(app, stack('Access'), { data, queues });
  const { httpApi } = new GatewayStack(app, stack('Gateway'), {
    corsOrigins: config.corsOrigins,
  });
  const platform: Platform = { config, access, failedRuns: queues.failedRuns };

  for (const [group, members] of Map.groupBy(endpoints, resourceGroup)) {
    new ApiStack(app, stack(`Api-${pascalCase(group)}`), { platform, httpApi, endpoints: members });
  }
  new WorkersStack(app, stack('Workers'), { platform, queues: queues.queues });
  new SchedulesStack(app, stack('Schedules'), { platform });

  Tags.of(app).add('application', 'bagtracker');
  return app;
};

if (import.meta.main) bagTracker(readConfig(process.env)).synth();
