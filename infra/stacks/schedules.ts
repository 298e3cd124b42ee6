import { Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { schedules } from '#shared/contract/index.ts';
import { ScheduledJob } from '../constructs/schedule.ts';
import { pascalCase } from '../names.ts';
import type { Platform } from '../platform.ts';

export interface SchedulesStackProps extends StackProps {
  platform: Platform;
}

/** Every scheduled job, and the role with which EventBridge Scheduler starts them. */
export class SchedulesStack extends Stack {
  constructor(scope: Construct, id: string, { platform, ...props }: SchedulesStackProps) {
    super(scope, id, props);
    const scheduler = new Role(this, 'Scheduler', {
      // Only for schedules of this account: another's could otherwise name this role as theirs.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
      description: 'Starts the scheduled jobs',
    });
    scheduler.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [platform.failedRuns.queueArn] }),
    );
    for (const job of schedules) new ScheduledJob(this, pascalCase(job.id), { platform, job, scheduler });
  }
}
