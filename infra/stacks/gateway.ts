import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { cors } from '#shared/contract/cors.ts';
import { logRetention, throttle } from '../config.ts';

/** No query string and no header: either may carry what belongs to a user. */
const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
};

interface GatewayStackProps extends StackProps {
  corsOrigins: readonly string[];
}

const corsOf = (origins: readonly string[]): CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: cors.allowMethods.map((method) => CorsHttpMethod[method]),
  allowHeaders: [...cors.allowHeaders],
  exposeHeaders: [...cors.exposeHeaders],
  maxAge: Duration.seconds(cors.maxAgeSeconds),
});

/** The one HTTP API. The stacks of the resource groups add their routes to it, each deployed and rolled back alone. */
export class GatewayStack extends Stack {
  readonly httpApi: HttpApi;

  constructor(scope: Construct, id: string, { corsOrigins, ...props }: GatewayStackProps) {
    super(scope, id, props);
    this.httpApi = new HttpApi(this, 'Api', {
      apiName: 'bagtracker',
      createDefaultStage: false,
      ...(corsOrigins.length > 0 ? { corsPreflight: corsOf(corsOrigins) } : {}),
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: '/bagtracker/access',
      retention: logRetention.access,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    new CfnOutput(this, 'Url', { value: stage.url });
  }
}
