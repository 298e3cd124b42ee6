import { Duration, TimeZone } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  type ScheduleProps,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { Schedule as DeclaredSchedule } from '#shared/contract/schedules.ts';
import type { Platform } from '../platform.ts';
import { ServiceFunction } from './function.ts';

export interface ScheduledJobProps extends Partial<ScheduleProps> {
  platform: Platform;
  job: DeclaredSchedule;
  /** What EventBridge acts as; it gains the right to invoke this job. */
  scheduler: Role;
}

/** For an hour: a later run would write its own time's figures under one long past. */
const retries = { retryAttempts: 5, maxEventAge: Duration.hours(1) };

/** A job that runs at fixed times, told the time it was due, with every run that failed for good in a queue. */
export class ScheduledJob extends Construct {
  constructor(scope: Construct, id: string, scheduled: ScheduledJobProps) {
    super(scope, id);
    const { platform, job, scheduler, ...props } = scheduled;
    const handler = this.job(platform, job);
    scheduler.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['lambda:InvokeFunction'],
        resources: [handler.functionArn],
      }),
    );
    new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.cron({ ...job.cron, timeZone: TimeZone.ETC_UTC }),
      description: job.summary,
      target: new LambdaInvoke(handler, {
        role: scheduler.withoutPolicyUpdates(),
        deadLetterQueue: platform.failedRuns,
        // The time it was due, which is the same however late or often the job runs.
        input: ScheduleTargetInput.fromObject({ scheduled_time: ContextAttribute.scheduledTime }),
        ...retries,
      }),
      ...props,
    });
  }

  private job(platform: Platform, job: DeclaredSchedule): ServiceFunction {
    return new ServiceFunction(this, 'Function', {
      platform,
      source: `schedules/${job.id}`,
      permissions: job.role ?? 'worker',
      description: job.summary,
      memorySize: job.memoryMegabytes,
      timeout: Duration.seconds(job.timeoutSeconds),
      // EventBridge only hands the event over: a run that throws is Lambda's to retry, and to report.
      retryAttempts: 2,
      maxEventAge: retries.maxEventAge,
      onFailure: new SqsDestination(platform.failedRuns),
    });
  }
}
