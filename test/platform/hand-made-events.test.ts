import { expect, test } from 'vitest';
import { checkHealth } from '#shared/contract/health.ts';
import { recalculateBalance } from '#shared/contract/messages.ts';
import { hourlySnapshot } from '#shared/contract/schedules.ts';
import { httpEvent, queueEvent, scheduleEvent } from '../../scripts/local/triggers/hand-made-events.ts';

const now = new Date('2024-03-01T12:30:00Z');

test('completes a request', () => {
  const event = httpEvent(checkHealth, { headers: { 'x-auth-token': 'a' } });
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'GET /healthcheck',
    headers: { 'x-auth-token': 'a' },
    requestContext: { http: { method: 'GET', path: '/healthcheck' } },
  });
});

test('takes anything but an SQS event for the body of a message', () => {
  const { Records } = queueEvent(recalculateBalance, { balance_uuid: 'x' });
  expect(Records).toHaveLength(1);
  expect(Records[0]).toMatchObject({
    body: '{"balance_uuid":"x"}',
    eventSource: 'aws:sqs',
    awsRegion: 'us-east-1',
  });
  const whole = { Records: [] };
  expect(queueEvent(recalculateBalance, whole)).toBe(whole);
});

test.each([
  [undefined, '2024-03-01T12:05:00.000Z'],
  ['2023-01-01T05:05:00Z', '2023-01-01T05:05:00.000Z'],
  ['2023-01-01T05:05:00+02:00', '2023-01-01T03:05:00.000Z'],
])('schedules at %s', (at, scheduled_time) => {
  expect(scheduleEvent(hourlySnapshot, at, now)).toEqual({ scheduled_time });
});

test.each(['yesterday', '2023-01-01', '2023-01-01T05:05:00', '2023-13-01T05:05:00Z'])(
  'refuses %s as a time',
  (at) => {
    expect(() => scheduleEvent(hourlySnapshot, at, now)).toThrow(
      `--at ${at} is not a time: write it like 2024-03-01T12:00:00Z.`,
    );
  },
);

test('refuses a time that has not come', () => {
  const at = new Date(now.getTime() + 1).toISOString();
  expect(() => scheduleEvent(hourlySnapshot, at, now)).toThrow(
    `--at ${at} has not come yet: give a time that has`,
  );
  expect(scheduleEvent(hourlySnapshot, now.toISOString(), now)).toEqual({
    scheduled_time: now.toISOString(),
  });
});

test('says what is missing', () => {
  expect(() => httpEvent(checkHealth, [])).toThrow('payload format 2.0');
  expect(() => queueEvent(recalculateBalance, undefined)).toThrow('needs a message');
});
