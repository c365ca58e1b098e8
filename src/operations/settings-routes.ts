import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { PageQuery } from '#src/platform/schemas.ts';
import { readPlatformSettings } from '#src/settings/read-platform-settings.ts';
import { changePlatformSettings } from './change-platform-settings.ts';
import { presentPlatformSettings, presentVersion, toPlatformChange } from './present-settings.ts';
import { restoreSettings } from './restore-settings.ts';
import { listVersions } from './settings-queries.ts';
import {
  PlatformSettingsBody,
  PlatformSettingsOut,
  RestoreBody,
  VersionPage,
  VersionParams,
} from './settings-schemas.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;
const answer = { status: 200, schema: PlatformSettingsOut } as const;

const change = {
  ...admin,
  path: '/v1/admin/settings',
  summary: 'Change what holds for everyone',
  description:
    'All of it or nothing; what is left out stays. What is being sent follows from the next message on; what was made before keeps its price.',
  body: PlatformSettingsBody,
  answer,
  problems: ['version-conflict' as const],
};

const changeWith = async ({ ctx, body }: { ctx: OrgContext; body: typeof PlatformSettingsBody._zod.output }) =>
  presentPlatformSettings(ctx, await changePlatformSettings(ctx, toPlatformChange(body), { version: body.version }));

export const settingsRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/settings',
      summary: 'The general sending window and what else holds for everyone',
      answer,
    },
    async ({ ctx }) => presentPlatformSettings(ctx, await readPlatformSettings(ctx)),
  ),
  defineRoute({ ...change, method: 'put' }, changeWith),
  defineRoute({ ...change, method: 'patch' }, changeWith),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/settings/versions',
      summary: 'What the settings were, every time, and who changed what',
      query: PageQuery,
      answer: { status: 200, schema: VersionPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listVersions(ctx, query);
      return { data: data.map((row) => presentVersion(ctx, row)), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/settings/versions/{version}/restore',
      summary: 'Have the settings be again what they were',
      params: VersionParams,
      body: RestoreBody,
      answer,
      problems: ['version-conflict'],
    },
    async ({ ctx, params, body }) =>
      presentPlatformSettings(ctx, await restoreSettings(ctx, params.version, { version: body.version })),
  ),
];
