import type { Role, SecretName } from '#shared/contract/roles.ts';
import type { Resource, Template } from './templates.ts';

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: { StringEquals: Record<string, string | string[]> };
}

interface FunctionProperties {
  Runtime: string;
  Architectures: string[];
  Role: string;
  Timeout: number;
  LoggingConfig: { LogGroup: string };
  Environment: { Variables: Record<string, string> };
}

/** CloudFormation writes a list of one as the one. */
export const list = (value: string | string[]): string[] => [value].flat();

/** What the tests ask of the templates. */
export const queries = (templates: () => readonly Template[]) => {
  /** Resources of a type, by `<stack>/<id>`. */
  const all = (type: string): [string, Resource][] =>
    templates().flatMap(({ resources }) => [...resources].filter(([, { Type }]) => Type === type));

  const functions = () =>
    all('AWS::Lambda::Function').map(([id, { Properties }]) => ({
      id,
      ...(Properties as unknown as FunctionProperties),
    }));

  const logGroupNames = () =>
    new Map(all('AWS::Logs::LogGroup').map(([id, { Properties }]) => [id, Properties.LogGroupName]));

  /** The function of a file under functions/, told by the log group that is its own. */
  const functionOf = (role: Role, source: string) => {
    const names = logGroupNames();
    return functions().find(({ id, LoggingConfig }) => {
      const stack = id.split('/')[0];
      return names.get(`${stack}/${LoggingConfig.LogGroup}`) === `/bagtracker/${role}/${source}`;
    });
  };

  const policies = () =>
    all('AWS::IAM::Policy').map(([, { Properties }]) => ({
      roles: Properties.Roles as string[],
      statements: (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
    }));

  const statementsOf = (roleId: string): Statement[] =>
    policies()
      .filter((policy) => policy.roles.includes(roleId))
      .flatMap(({ statements }) => statements);

  /** What one of the contract's roles may do. */
  const granted = (role: Role): Statement[] => {
    const description = `Functions of the ${role} role`;
    const found = all('AWS::IAM::Role').find(([, { Properties }]) => Properties.Description === description);
    return statementsOf(found?.[0].split('/')[1] ?? '');
  };

  const allowed = () =>
    policies()
      .flatMap(({ statements }) => statements)
      .filter(({ Effect }) => Effect === 'Allow');

  /** The resources on which a role may do something. */
  const allows = (role: Role, action: string): string[] =>
    granted(role)
      .filter(({ Action }) => list(Action).includes(action))
      .flatMap(({ Resource: resources }) => list(resources));

  const secretId = (name: SecretName): string =>
    all('AWS::SecretsManager::Secret').find(([, one]) => one.Properties.Name === `bagtracker/${name}`)?.[0] ??
    '';

  return { all, allowed, allows, functionOf, functions, granted, secretId, statementsOf };
};
