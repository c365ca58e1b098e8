import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';
import { createLogSink } from '#src/platform/log-sink.ts';
import { traceEntry } from '#src/platform/tracing.ts';
import { openInstance, pumpDry, startQuickSimulator } from '#test/campaigns/stage.ts';
import { createWorld } from '#test/support/world.ts';
import { openOtlpReceiver } from './otlp-receiver.ts';

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

it('a request, its transaction and statements, the job it sent and the calls of that are one trace, without a value in it; what is left is handed over at the end', async () => {
  await using receiver = await openOtlpReceiver();
  const simulator = await startQuickSimulator();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=crm%20one',
    OTEL_SERVICE_NAME: 'ulak-rehearsal',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=rehearsal',
  };
  const world = await createWorld({ env, logSink: createLogSink(10, { everyMs: 1 }) });
  const { ctx, acme, customers } = world;
  await openInstance(ctx, acme, simulator);
  const headers = { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01`, 'x-request-id': 'req-traced' };
  const sms = await acme.call('POST', '/v1/sms', { customerId: customers.burak, text: 'gizli metin' }, headers);
  expect(sms.status).toBe(201);
  await acme.call('POST', '/v1/messages', { customerId: customers.ayse, text: 'gizli metin' });
  const [job] = await ctx.db.execute<{ from: { traceparent: string } }>(
    sql`select data -> 'from~' as from from pgboss.job where name = 'sms.send'`,
  );
  await traceEntry(ctx.tracing, { name: 'job sms.send', kind: 'consumer', from: job!.from.traceparent }, () =>
    world.drain(),
  );
  await pumpDry(ctx);
  await expect(ctx.db.execute(sql`select ${'gizli'}::int`)).rejects.toThrow();
  const logged = async () =>
    (
      await ctx.db.execute<{ trace: string }>(
        sql`select fields ->> 'traceId' as trace from log_lines where request_id = 'req-traced' and message = 'request'`,
      )
    )[0]?.trace;
  await expect.poll(logged, { timeout: 10_000 }).toBe(CALLER.traceId);
  await world[Symbol.asyncDispose]();
  await simulator.close();
  const { spans } = receiver;
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [request] = named('POST /v1/sms');
  expect(request).toMatchObject({ traceId: CALLER.traceId, parentId: CALLER.spanId });
  expect(request!.text).toContain('req-traced');
  const [transaction] = named('transaction').filter(({ parentId }) => parentId === request!.spanId);
  expect(transaction).toBeDefined();
  const inside = spans.filter(({ parentId }) => parentId === transaction!.spanId).map(({ name }) => name);
  expect(inside).toEqual(expect.arrayContaining(['begin', 'insert sms_messages', 'insert activities', 'commit']));
  expect(named('job sms.send')).toMatchObject([{ traceId: CALLER.traceId, parentId: request!.spanId }]);
  expect(named('sms sandbox')).toMatchObject([{ traceId: CALLER.traceId }]);
  expect(named('evolution /message/sendText')).toHaveLength(1);
  expect(receiver.headers[0]).toBe('/v1/traces crm one application/x-protobuf');
  expect(receiver.text()).toContain('ulak-rehearsal');
  expect(receiver.text()).toContain('22P02');
  expect(receiver.text()).not.toMatch(/gizli|5321234567|\+90/);
});

it('follows OpenTelemetry’s own variables, and does nothing where no endpoint is named', async () => {
  const tracing = (env: Record<string, string>) => readConfig(env).tracing;
  expect(tracing({})).toBeNull();
  expect(tracing({ OTEL_SERVICE_NAME: 'x' })).toBeNull();
  expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' })).toBeNull();
  expect(
    tracing({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    }),
  ).toMatchObject({
    url: 'http://c:4318/v1/traces',
    sampler: 'parentbased_traceidratio',
    share: 0.25,
    serviceName: 'ulak',
  });
  expect(tracing({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/t' })).toMatchObject({ url: 'http://c/t' });
});
