import type { Instance } from '../instance.ts';
import { secretId } from '../secrets.ts';
import { withClient } from './with-client.ts';

/** A session of the user's that ends with the hour, as long as a token lives. */
const openSession = ({ database_url }: Instance, userUuid: string): Promise<string> =>
  withClient(database_url, async (client) => {
    const { rows } = await client.query<{ uuid: string }>(
      `INSERT INTO sessions (user_id, expires_at)
       SELECT id, now() + interval '1 hour' FROM users WHERE uuid = $1 RETURNING uuid`,
      [userUuid],
    );
    return rows[0]?.uuid ?? '';
  });

/**
 * An access token for a user of this machine's own instance, so that an operator's command acts for a wallet's owner
 * without their password. BAGTRACKER_TOKEN is used instead where it is set.
 */
export const ownerToken = async (instance: Instance, userUuid: string): Promise<string> => {
  const given = process.env.BAGTRACKER_TOKEN;
  if (given) return given;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ??= instance.secrets_manager_endpoint;
  process.env.AWS_REGION ??= 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID ??= 'local-auth';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
  process.env.JWT_SIGNING_SECRET_ID = secretId('jwt-signing');
  const { issueAccessToken } = await import('#shared/adapters/tokens/issue.ts');
  const sessionUuid = await openSession(instance, userUuid);
  return issueAccessToken({ userUuid, sessionUuid }, new Date());
};
