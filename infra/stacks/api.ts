import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import { httpDefaults } from '../config.ts';
import { ServiceFunction } from '../constructs/function.ts';
import { pascalCase } from '../names.ts';
import type { Platform } from '../platform.ts';

export interface ApiStackProps extends StackProps {
  platform: Platform;
  httpApi: HttpApi;
  /** Those of one resource group. */
  endpoints: readonly Endpoint[];
}

/** One resource group of the API: a function and a route per endpoint. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { platform, httpApi, endpoints, ...props }: ApiStackProps) {
    super(scope, id, props);
    for (const endpoint of endpoints) {
      const name = pascalCase(endpoint.id);
      const handler = new ServiceFunction(this, name, {
        platform,
        source: `http/${endpoint.id}`,
        permissions: endpoint.role,
        description: `${endpoint.method} ${endpoint.path}`,
        memorySize: endpoint.memoryMegabytes ?? httpDefaults.memoryMegabytes,
        timeout: Duration.seconds(endpoint.timeoutSeconds ?? httpDefaults.timeoutSeconds),
      });
      new HttpRoute(this, `${name}Route`, {
        httpApi,
        routeKey: HttpRouteKey.with(endpoint.path, HttpMethod[endpoint.method]),
        integration: new HttpLambdaIntegration(`${name}Integration`, handler),
      });
    }
  }
}
